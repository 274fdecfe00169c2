/**
 * Every name that the operator derives, in one place. All of them come from the tenant ID (never from a UID,
 * never from a user's name), so that undo, restore and adoption keep the same identity.
 */

export const group = 'kiavi.eu'
export const version = 'v1alpha1'
export const apiVersion = `${group}/${version}`

/** What every object of ours says in `app.kubernetes.io/managed-by`, and our server-side apply field manager. */
export const manager = 'kiavi-operator'

export const finalizer = `${group}/tenant`

export const label = {
  /** On every object of a tenant, and on its namespace: the tenant ID. */
  tenantID: `${group}/tenant-id`,
  /** On a namespace that we made: its value is `kiavi-operator`. */
  managedBy: `${group}/managed-by`,
  /** On a customer's namespace that holds tenants: guarded by policy, set before an ID is minted. */
  holdsTenants: `${group}/holds-tenants`,
  /** On a claim: a digest of its domain, so that overlapping claims are found without reading all of them. */
  claimDomain: `${group}/claim-domain`,
  /** On a sweep's Job, its pod and their policy: a digest of the class's name, which may be longer than a label. */
  classDigest: `${group}/class-digest`,
  /** `runtime`, `migrate`, `claim`, `master`: what an object is for. */
  component: 'app.kubernetes.io/component',
} as const

export const annotation = {
  /** On a KiaviTenantClass: `"true"` makes it the default. */
  defaultClass: `${group}/is-default-class`,
  /** On a KiaviTenant: an RFC 3339 instant until which the operator leaves the tenant alone. */
  pausedUntil: `${group}/paused-until`,
  /** On a KiaviTenant: the tenant ID of an orphan that shall stay an orphan; a new tenant is made beside it. */
  ignoreOrphan: `${group}/ignore-orphan`,
  /** On a KiaviTenant that is being deleted: its tenant ID releases the object; data stay as an orphan. */
  release: `${group}/release`,
  /** On a KiaviTenant: a word of your own; a new one rotates the signing key once. */
  rotateKeys: `${group}/rotate-keys`,
  /** On a serving pod: the key set that it should have; its change makes the kubelet look at mounted Secrets now. */
  keySet: `${group}/key-set`,
  /** On objects in a tenant's namespace: `namespace/name` of the KiaviTenant. */
  owner: `${group}/owner`,
  /** On a pod template: what the pods have mounted, so that a change of it rolls them. */
  configDigest: `${group}/config-digest`,
  /** On a tenant's namespace: the installation that made it, so that a lost installation Secret can be made again. */
  installation: `${group}/installation`,
  /** On Secret `installation`: the UID of namespace kube-system of a cluster that was rebuilt, once its tenants are all back. */
  tenantsAreBack: `${group}/tenants-are-back`,
  /** On a Job of ours: the class whose store it is for. */
  className: `${group}/class`,
  /** On a backup's Job: the KiaviBackup; on a restore's: the UID of the KiaviRestore; on a sweep's: its slot. */
  run: `${group}/run`,
  /** On a Job of a backup or restore and its pod: what it is to do; the pod's containers read it as a file. */
  job: `${group}/job`,
  /** On the pod of such a Job that runs the tenant's runtime: its tenant.json. */
  tenantDocument: `${group}/tenant-document`,
  /** On Secrets that a lost cluster would take with it: the newest recovery set that was written of them. */
  recovery: `${group}/recovery`,
} as const

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const letters = alphabet.slice(0, 26)

/** A fresh tenant ID: 10 lower-case letters and digits, the first a letter. `random` gives n bytes. */
export function mintTenantID(random: (bytes: number) => Uint8Array): string {
  let id = ''
  while (id.length < 10) {
    for (const byte of random(16)) {
      const from = id === '' ? letters : alphabet
      // Bytes above the largest multiple of the alphabet are thrown away, so that no letter is likelier.
      if (byte >= 256 - (256 % from.length)) continue
      id += from.charAt(byte % from.length)
      if (id.length === 10) break
    }
  }
  return id
}

export const tenantNamespace = (tenantID: string) => `kiavi-${tenantID}`

/** PostgreSQL identifiers of a tenant: its database and four login roles. */
export const databaseNames = (tenantID: string) => ({
  database: `kiavi_${tenantID}`,
  /** Owns schemas and tables; DDL; used by the migration step only. */
  owner: `kiavi_${tenantID}_owner`,
  /** DML on the tables; the only role that the serving container knows. */
  app: `kiavi_${tenantID}_app`,
  /** SELECT on everything; for pg_dump. */
  backup: `kiavi_${tenantID}_backup`,
  /** The operator's own eyes: catalogue and outbox, nothing of people. */
  outbox: `kiavi_${tenantID}_outbox`,
})

/** A database beside the tenant's own: filled by a restore (`aside`), or replaced by one (`before`). */
export const asideName = (tenantID: string, kind: 'aside' | 'before', number: number) =>
  `${databaseNames(tenantID).database}_${kind}_${number}`

/** Fixed names inside a tenant's namespace. */
export const child = {
  runtime: 'runtime',
  tenantDocument: 'tenant',
  signingKeys: 'signing-keys',
  databaseApp: 'database-app',
  databaseOwner: 'database-owner',
  migrate: 'migrate',
  defaultDeny: 'default-deny',
  pullSecret: 'registry',
  operatorBinding: 'kiavi-operator',
} as const

/** The master copies in the operator's namespace. */
export const masterSecret = {
  signingKeys: (tenantID: string) => `tenant-${tenantID}-signing-keys`,
  database: (tenantID: string) => `tenant-${tenantID}-database`,
  backups: (tenantID: string) => `tenant-${tenantID}-backups`,
  /** What happened to a tenant's people since its backups, in parts from 0 on, without a gap. */
  journal: (tenantID: string, part: number) => `tenant-${tenantID}-journal-${part}`,
  /** What is known of a tenant's restores and drills: no secret, and nobody else's to write. */
  restores: (tenantID: string) => `tenant-${tenantID}-restores`,
}

/** The installation's own Secrets, in the operator's namespace. */
export const installationSecret = {
  /** Its ID, and the public half of each key that it signed with. */
  record: 'installation',
  /** The private half of the key that it signs with. */
  key: 'kiavi-installation-key',
} as const

/** What Jobs in the operator's namespace run as: no rights, and no token. */
export const jobsServiceAccount = 'kiavi-jobs'

/** The Job of one attempt of a backup. */
export const backupJobName = (tenantID: string, sequence: number) => `backup-${tenantID}-${sequence}`

/** The Job that puts ciphertext on a class's volume, and the ConfigMaps that it has it from. */
export const keepJobName = (folder: string, suffix: string) => `keep-${folder}-${suffix}`

/** The NetworkPolicy of a tenant's backup Jobs. */
export const backupPolicyName = (tenantID: string) => `backup-${tenantID}`

/** The Job that sweeps a class's store in a slot: sweep-2f1ab09c3d-2026112214. */
export const sweepJobName = (classDigest: string, slot: Date) =>
  `sweep-${classDigest}-${slot.toISOString().slice(0, 13).replaceAll(/[-T]/g, '')}`

/** The NetworkPolicy of the Jobs that sweep a class's store. */
export const sweepPolicyName = (classDigest: string) => `sweep-${classDigest}`
/** What a Job of a restore does: looks what lies in the store, fills the database aside, replays into it, signs in on it. */
export type RestoreWork = 'find' | 'load' | 'replay' | 'drill'

/** The Jobs of one restore. */
export const restoreJobName = (tenantID: string, number: number, work: RestoreWork) =>
  `restore-${tenantID}-${number}-${work}`

/** The NetworkPolicies of a tenant's restore Jobs: of those that read the store, and of those that work on the database aside. */
export const restorePolicyName = (tenantID: string, component: 'restore' | 'aside') =>
  `${component}-${tenantID}`
