import { type KeyObject, sign } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { signManifest } from '../../../operator/src/backups/sign-manifest.ts'
import { verifyManifest } from '../../../operator/src/backups/verify-manifest.ts'
import { testInstallation, testManifest } from '../../support/backup-bundle.ts'

const ours = testInstallation()
const others = testInstallation()
const manifest = testManifest()
const jws = signManifest(manifest, ours.privateKey)
const kid = ours.keys.keys[0]!.kid
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What an attacker with a key could sign. */
function signed(header: object, payload: object, key: KeyObject = ours.privateKey) {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}
const header = { alg: 'EdDSA', kid, typ: 'kiavi-backup-manifest+jws' }

describe('signManifest', () => {
  it('makes a JWS that others verify too, with the RFC 7638 thumbprint as kid', async () => {
    const key = await importJWK(ours.keys.keys[0]!, 'EdDSA')
    const { payload, protectedHeader } = await compactVerify(jws, key)
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(manifest)
    expect(protectedHeader).toEqual(header)
  })
})

describe('verifyManifest', () => {
  it('gives the manifest that was signed, with this key or an older one', () => {
    expect(verifyManifest(jws, ours.keys)).toEqual(manifest)
    const both = { keys: [...others.keys.keys, ...ours.keys.keys] }
    expect(verifyManifest(jws, both)).toEqual(manifest)
  })

  it('refuses a change of any single character', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let at = 0; at < jws.length; at++) {
      // The neighbour in the alphabet differs in the lowest bit, which the last letter of a part does not use.
      const letter = letters.charAt((letters.indexOf(jws.charAt(at)) + 1) % 64)
      const changed = jws.slice(0, at) + letter + jws.slice(at + 1)
      expect(() => verifyManifest(changed, ours.keys), `character ${String(at)}`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^MANIFEST_/) as string }),
      )
    }
  })

  it('refuses every beginning of it, and every end that was added', () => {
    for (let length = 0; length < jws.length; length++)
      expect(() => verifyManifest(jws.slice(0, length), ours.keys)).toThrow(/manifest/)
    for (const more of ['A', '=', '\n', '.', '.e30'])
      expect(() => verifyManifest(jws + more, ours.keys)).toThrow(/manifest/)
  })

  it.each([
    {
      text: signManifest(manifest, others.privateKey),
      code: 'MANIFEST_NOT_OURS',
      because: 'another installation signed it',
    },
    {
      text: signed(header, manifest, others.privateKey),
      code: 'MANIFEST_NOT_OURS',
      because: 'somebody claims our key',
    },
    {
      text: signed({ ...header, alg: 'none' }, manifest),
      code: 'MANIFEST_UNREADABLE',
      because: 'it asks for no check',
    },
    {
      text: signed({ ...header, typ: 'JWT' }, manifest),
      code: 'MANIFEST_UNREADABLE',
      because: 'it was signed for another use',
    },
    {
      text: signed({ ...header, crit: ['b64'], b64: false }, manifest),
      code: 'MANIFEST_UNREADABLE',
      because: 'it asks for what we do not do',
    },
    {
      text: signed({ alg: 'EdDSA', typ: header.typ }, manifest),
      code: 'MANIFEST_UNREADABLE',
      because: 'it names no key',
    },
    {
      text: signed(header, { ...manifest, users: 99 }),
      code: 'MANIFEST_UNREADABLE',
      because: 'it contradicts itself',
    },
    { text: 'x'.repeat(5 * 1024 * 1024), code: 'MANIFEST_UNREADABLE', because: 'it is far too large' },
  ])('refuses when $because', ({ text, code, because }) => {
    expect(() => verifyManifest(text, ours.keys), because).toThrow(expect.objectContaining({ code }))
  })
})
