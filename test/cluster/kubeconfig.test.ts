import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { kubeconfig, readKubeconfig } from './kubeconfig.ts'

const decode = (text: string) => Buffer.from(text, 'base64').toString()

describe('kubeconfig', () => {
  it.each([
    {
      because: 'a certificate is embedded',
      credential: { cert: 'C', key: 'K' },
      user: { 'client-certificate-data': 'Qw==', 'client-key-data': 'Sw==' },
    },
    { because: 'a token is embedded', credential: { token: 'T' }, user: { token: 'T' } },
  ])('$because', ({ credential, user }) => {
    const config = parse(kubeconfig('https://127.0.0.1:1', 'CA', credential, 'shop')) as {
      clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
      users: { user: object }[]
      contexts: { name: string; context: object }[]
      'current-context': string
    }
    expect(config.clusters[0]!.cluster.server).toBe('https://127.0.0.1:1')
    expect(decode(config.clusters[0]!.cluster['certificate-authority-data'])).toBe('CA')
    expect(config.users[0]!.user).toEqual(user)
    expect(config.contexts[0]).toMatchObject({
      name: config['current-context'],
      context: { namespace: 'shop' },
    })
  })
})

describe('readKubeconfig', () => {
  it.each([
    { because: 'a certificate is read back', credential: { cert: 'C', key: 'K' } },
    { because: 'a token is read back', credential: { token: 'T' } },
  ])('$because', ({ credential }) => {
    expect(readKubeconfig(kubeconfig('https://127.0.0.1:1', 'CA', credential))).toEqual({
      server: 'https://127.0.0.1:1',
      ca: 'CA',
      credential,
    })
  })
})
