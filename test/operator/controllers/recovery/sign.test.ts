import { randomBytes, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  installationKey,
  makeInstallationKey,
  readInstallationKey,
} from '../../../../operator/src/backups/installation-key.ts'
import { listOf } from '../../../../operator/src/controllers/recovery/contents.ts'
import { signedSet } from '../../../../operator/src/controllers/recovery/sign.ts'

const pem = makeInstallationKey(randomBytes)
const about = { installationID: 'inst', folder: 'k3x9q7w2ab', at: new Date('2026-01-01T00:00:00Z') }
const text = signedSet(listOf([]), about, pem)
const [first = '', ...rest] = text.split('\n')
const [, , kid, signature = ''] = first.split(' ')
const holds = (body: string) =>
  verify(null, Buffer.from(body), readInstallationKey(pem), Buffer.from(signature, 'base64'))

describe('signedSet', () => {
  it('is a List still, for whoever reads YAML', () => {
    expect(parse(text)).toEqual({ apiVersion: 'v1', kind: 'List', items: [] })
  })

  it('is signed by the installation, with its name and its moment', () => {
    expect(kid).toBe(installationKey(readInstallationKey(pem)).kid)
    expect(rest[0]).toBe('# kiavi-recovery-set inst/k3x9q7w2ab 2026-01-01T00:00:00Z')
    expect(holds(rest.join('\n'))).toBe(true)
    expect(holds(rest.join('\n').replace('k3x9q7w2ab', 'a3x9q7w2ab'))).toBe(false)
  })
})
