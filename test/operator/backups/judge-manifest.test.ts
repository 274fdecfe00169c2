import { describe, expect, it } from 'vitest'
import {
  judgeBundle,
  judgeManifest,
  judgePlaintext,
  judgeStored,
} from '../../../operator/src/backups/judge-manifest.ts'
import { testManifest } from '../../support/backup-bundle.ts'

const manifest = testManifest()
const { installationID, tenantID, sequence, object, bundle, plaintext } = manifest
const expected = { installationID, tenantID, sequence, object, sha256: bundle.sha256 }
const now = new Date('2026-12-01T00:00:00Z')

describe('judgeManifest', () => {
  it.each([
    { wanted: expected, because: 'all is as the cluster knows it' },
    { wanted: { ...expected, sha256: undefined }, because: 'a lost cluster no longer knows the hash' },
  ])('is silent when $because', ({ wanted, because }) => {
    expect(() => judgeManifest(manifest, wanted, now), because).not.toThrow()
  })

  it.each([
    {
      change: { installationID: 'staging' },
      code: 'BACKUP_OF_ANOTHER_INSTALLATION',
      because: 'staging has tenants of the same ID',
    },
    {
      change: { tenantID: 'z3x9q7w2ab' },
      code: 'BACKUP_OF_ANOTHER_TENANT',
      because: 'it was moved between tenants',
    },
    {
      change: { sequence: 43 },
      code: 'BACKUP_REPLACED',
      because: 'an old one lies in the place of the new one',
    },
    {
      change: { sequence: 41 },
      code: 'BACKUP_REPLACED',
      because: 'a new one lies in the place of the old one',
    },
    {
      change: { object: object.replace('020000Z-until', '030000Z-until') },
      code: 'BACKUP_REPLACED',
      because: 'it was taken at another time',
    },
    {
      change: { sha256: '0'.repeat(64) },
      code: 'BACKUP_REPLACED',
      because: 'somebody signed another bundle with our key',
    },
  ])('refuses when $because', ({ change, code, because }) => {
    expect(() => judgeManifest(manifest, { ...expected, ...change }, now), because).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('refuses from the second on at which it was to be gone', () => {
    const end = Date.parse(manifest.expiresAt)
    expect(() => judgeManifest(manifest, expected, new Date(end - 1))).not.toThrow()
    expect(() => judgeManifest(manifest, expected, new Date(end))).toThrow(
      expect.objectContaining({ code: 'BACKUP_EXPIRED' }),
    )
  })

  it('lets the newest of a living tenant be used after its date, and nothing else about it be wrong', () => {
    const late = new Date(Date.parse(manifest.expiresAt) + 90 * 86_400_000)
    expect(() => judgeManifest(manifest, { ...expected, spared: true }, late)).not.toThrow()
    expect(() => judgeManifest(manifest, { ...expected, spared: true, sequence: 43 }, late)).toThrow(
      expect.objectContaining({ code: 'BACKUP_REPLACED' }),
    )
  })
})

describe('judgeStored', () => {
  const expiresAt = new Date(manifest.expiresAt)
  it.each([
    { stored: { bytes: bundle.bytes, expiresAt }, code: undefined, because: 'both say the same' },
    {
      stored: { bytes: bundle.bytes, expiresAt: new Date(expiresAt.getTime() + 1000) },
      code: 'BACKUP_DATES_DISAGREE',
      because: 'the store was told a later date',
    },
    {
      stored: { bytes: bundle.bytes, expiresAt: undefined },
      code: 'BACKUP_DATES_DISAGREE',
      because: 'the date was taken away',
    },
    {
      stored: { bytes: bundle.bytes - 1, expiresAt },
      code: 'BUNDLE_CUT',
      because: 'its last byte is missing',
    },
  ])('says $code when $because', ({ stored, code, because }) => {
    const judge = () => judgeStored(manifest, stored)
    if (code === undefined) expect(judge, because).not.toThrow()
    else expect(judge, because).toThrow(expect.objectContaining({ code }))
  })
})

describe('judgeBundle', () => {
  it.each([
    { read: bundle, code: undefined, because: 'it is the one' },
    { read: { ...bundle, bytes: bundle.bytes + 1 }, code: 'BUNDLE_CUT', because: 'something was added' },
    { read: { ...bundle, sha256: '0'.repeat(64) }, code: 'BUNDLE_DAMAGED', because: 'a bit is another' },
  ])('says $code when $because', ({ read, code, because }) => {
    const judge = () => judgeBundle(manifest, read)
    if (code === undefined) expect(judge, because).not.toThrow()
    else expect(judge, because).toThrow(expect.objectContaining({ code }))
  })
})

describe('judgePlaintext', () => {
  it('knows what was dumped', () => {
    expect(() => judgePlaintext(manifest, plaintext)).not.toThrow()
    expect(() => judgePlaintext(manifest, { ...plaintext, sha256: bundle.sha256 })).toThrow(
      'not what its manifest says',
    )
    expect(() => judgePlaintext(manifest, { ...plaintext, bytes: 0 })).toThrow('not what its manifest says')
  })
})
