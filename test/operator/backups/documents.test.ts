import { describe, expect, it } from 'vitest'
import {
  documentText,
  expectedOf,
  parseBackupDocument,
  parseProbeDocument,
  parseReplayDocument,
  parseRestoreDocument,
} from '../../../operator/src/backups/documents.ts'
import { bundleName } from '../../../operator/src/backups/object-name.ts'
import { testInstallation } from '../../support/backup-bundle.ts'

const common = {
  backup: {
    installationID: '6f1ed002ab5595859014ebf0951522d9',
    tenantID: 'k3x9q7w2ab',
    sequence: 42,
    startedAt: '2026-11-22T02:00:00Z',
    expiresAt: '2026-12-22T02:00:00Z',
  },
  database: { host: 'h', port: 5432, tls: 'verify-full' as const, name: 'd', username: 'u' },
  store: { kind: 'volume' as const, prefix: '' },
  installationKeys: testInstallation().keys,
  peerWaitSeconds: 300,
}
const backup = { ...common, reason: 'Manual' as const, recipient: 'age1x' }
const restore = { ...common, newestSchemaVersion: 1 }
const replay = { backup: common.backup, database: common.database }
const probe = {
  url: 'http://127.0.0.1:8080',
  issuer: 'https://auth.acme.eu',
  origin: 'https://auth.acme.eu',
  rpId: 'acme.eu',
  waitSeconds: 60,
}

describe('documentText', () => {
  it('is read back by the Job that it is for', () => {
    expect(parseBackupDocument(documentText(backup))).toMatchObject({
      reason: 'Manual',
      backup: { sequence: 42, startedAt: new Date('2026-11-22T02:00:00Z') },
    })
    expect(parseRestoreDocument(documentText(restore)).newestSchemaVersion).toBe(1)
    expect(parseReplayDocument(documentText(replay)).database.name).toBe('d')
    expect(parseProbeDocument(documentText(probe))).toEqual(probe)
  })
})

describe('parseRestoreDocument', () => {
  it.each([
    { text: '', because: 'there is none' },
    { text: documentText(backup), because: 'it is for another Job' },
    { text: JSON.stringify({ ...restore, sha256: 'short' }), because: 'that is no hash' },
    {
      text: JSON.stringify({ ...restore, backup: { ...common.backup, tenantID: '../etc' } }),
      because: 'that is no tenant',
    },
  ])('refuses when $because', ({ text, because }) => {
    expect(() => parseRestoreDocument(text), because).toThrow(
      'Operator and backup image must be of one version',
    )
  })
})

describe('expectedOf', () => {
  it('names the very bundle, by name and by hash where it is known', () => {
    const document = parseRestoreDocument(documentText({ ...restore, sha256: '0'.repeat(64) }))
    expect(expectedOf(document)).toMatchObject({
      object: bundleName(document.backup),
      sequence: 42,
      sha256: '0'.repeat(64),
    })
    const plain = expectedOf(parseRestoreDocument(documentText(restore)))
    expect(plain).toMatchObject({ sha256: undefined, spared: false })
    const spared = parseRestoreDocument(documentText({ ...restore, spared: true }))
    expect(expectedOf(spared).spared).toBe(true)
  })
})
