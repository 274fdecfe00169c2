/** A class with a store, and what a backup's Job is rendered from. */
import { randomBytes } from 'node:crypto'
import { makeAgeIdentity } from '../../../../operator/src/backups/age-identity.ts'
import {
  installationKey,
  makeInstallationKey,
  readInstallationKey,
} from '../../../../operator/src/backups/installation-key.ts'
import { type BackupRendering, hasStore } from '../../../../operator/src/controllers/backup/rendering.ts'
import { operator, tenantClass, tenantID } from '../tenant/world.ts'

const installationPem = makeInstallationKey(randomBytes)
const installationKeys = { keys: [installationKey(readInstallationKey(installationPem))] }
export const { recipient } = makeAgeIdentity(randomBytes)

export const s3 = {
  endpoint: 'https://s3.fr-par.scw.cloud',
  region: 'fr-par',
  bucket: 'backups',
  credentialsSecretName: 'store-credentials',
}

export function classWithStore(store: object = { s3 }, more: object = {}) {
  const spec = tenantClass({ ...more, backups: { store, recoveryRecipient: recipient } })
  if (!hasStore(spec)) throw new Error('The class has no store.')
  return spec
}

export const backupRendering = (change: Partial<BackupRendering> = {}): BackupRendering => ({
  of: {
    installationID: 'installation-1',
    tenantID,
    sequence: 7,
    startedAt: new Date('2026-11-22T02:00:00Z'),
    expiresAt: new Date('2026-12-22T02:00:00Z'),
  },
  reason: 'Scheduled',
  run: `${tenantID}-202611220200`,
  owner: { namespace: 'customers', name: 'acme' },
  className: 'default',
  class: classWithStore(),
  recipient,
  installationKeys,
  operator,
  jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
  ...change,
})
