import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { openAccess } from '../../../operator/src/kube/credentials.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { createTransport } from '../../../operator/src/kube/transport.ts'
import { json, ScriptedAPIServer, status } from '../../support/scripted-api-server.ts'

const get = { verb: 'get', kind: kinds.Namespace, path: '/api/v1/namespaces/a' } as const

describe('openAccess', () => {
  let folder: string
  let server: ScriptedAPIServer
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiavi-access-'))
    server = (await ScriptedAPIServer.start()).always(json({ fine: true }))
  })
  afterEach(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  async function inCluster(token: string) {
    await writeFile(join(folder, 'ca.crt'), server.ca)
    await writeFile(join(folder, 'token'), token)
    await writeFile(join(folder, 'namespace'), 'kiavi-system\n')
    const { hostname, port } = new URL(server.url)
    return openAccess({ from: 'cluster', host: hostname, port, directory: folder })
  }
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  async function kubeconfig(user: object, cluster: object = {}) {
    const path = join(folder, 'config')
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'main',
      contexts: [
        { name: 'main', context: { cluster: 'here', user: 'me', namespace: 'mine' } },
        { name: 'other', context: { cluster: 'nowhere', user: 'me' } },
      ],
      clusters: [
        {
          name: 'here',
          cluster: { server: server.url, 'certificate-authority-data': base64(server.ca), ...cluster },
        },
      ],
      users: [{ name: 'me', user }],
    }
    await writeFile(path, stringify(config))
    return path
  }

  it('uses what the kubelet mounts, and the new token when the old one is refused (row 14)', async () => {
    const access = await inCluster('old\n')
    expect(access.namespace).toBe('kiavi-system')
    const transport = createTransport({ access, clock: systemClock, random: () => 0 })
    await transport.json(get)
    await writeFile(join(folder, 'token'), 'new\n')
    server.next(status(401, 'Unauthorized'))
    await transport.json(get)
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer old',
      'Bearer old',
      'Bearer new',
    ])
    await transport.close()
  })

  it('shows the client certificate of a kubeconfig', async () => {
    const { cert, key } = server.clientCertificate
    const path = await kubeconfig({ 'client-certificate-data': base64(cert), 'client-key-data': base64(key) })
    const access = await openAccess({ from: 'kubeconfig', path })
    expect(access.namespace).toBe('mine')
    const transport = createTransport({ access, clock: systemClock, random: () => 0 })
    expect(await transport.json(get)).toEqual({ fine: true })
    expect(server.clients).toEqual(['operator'])
    await transport.close()
  })

  it.each([
    { as: undefined, header: undefined, because: 'nobody is named' },
    {
      as: 'system:serviceaccount:kiavi-system:kiavi-operator',
      header: 'system:serviceaccount:kiavi-system:kiavi-operator',
      because: 'a ServiceAccount is named',
    },
  ])('acts as $header when $because, also with a new credential', async ({ as, header }) => {
    const path = await kubeconfig({ token: 't' })
    const access = await openAccess({ from: 'kubeconfig', path, ...(as === undefined ? {} : { as }) })
    const transport = createTransport({ access, clock: systemClock, random: () => 0 })
    server.next(status(401, 'Unauthorized'))
    await transport.json(get)
    expect(server.seen.map(({ headers }) => headers['impersonate-user'])).toEqual([header, header])
    expect(server.seen[0]?.headers.authorization).toBe('Bearer t')
    await transport.close()
  })

  it('says which context has no cluster', async () => {
    const path = await kubeconfig({ token: 't' })
    await expect(openAccess({ from: 'kubeconfig', path, context: 'other' })).rejects.toThrow('"other"')
  })

  it('refuses a proxy rather than go around it', async () => {
    const path = await kubeconfig({ token: 't' }, { 'proxy-url': 'http://127.0.0.1:1' })
    await expect(openAccess({ from: 'kubeconfig', path })).rejects.toThrow('proxy-url')
  })
})

describe('@kubernetes/client-node', () => {
  it('loads on this Node, and both packages say from which one on (row 16)', async () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(22_019)
    const { default: root } = (await import('../../../package.json', { with: { type: 'json' } })) as {
      default: { engines: { node: string } }
    }
    const { default: operator } = (await import('../../../operator/package.json', {
      with: { type: 'json' },
    })) as {
      default: { engines: { node: string } }
    }
    expect([root.engines.node, operator.engines.node]).toEqual(['>=22.19', '>=22.19'])
    expect(await import('@kubernetes/client-node')).toHaveProperty('KubeConfig')
  })
})
