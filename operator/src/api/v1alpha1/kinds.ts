import { type z } from 'zod'
import { adoptionSpec, adoptionStatus } from './adoption.ts'
import { backupSpec, backupStatus } from './backup.ts'
import { type CelRule } from './cel.ts'
import { restoreSpec, restoreStatus } from './restore.ts'
import { tenantClassSpec, tenantClassStatus } from './tenant-class.ts'
import { tenantRules, tenantSpec, tenantStatus } from './tenant.ts'

interface Column {
  name: string
  type: 'string' | 'integer' | 'date'
  jsonPath: string
  description: string
  /** 1: only with `-o wide`. */
  priority?: 1
}

/** What a kind is beside its fields. */
export interface KindDefinition {
  kind: string
  plural: string
  shortName: string
  scope: 'Namespaced' | 'Cluster'
  description: string
  spec: z.ZodType
  status: z.ZodType
  rules: CelRule[]
  columns: Column[]
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath: string }
}

const condition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`

const ready: Column[] = [
  { name: 'READY', type: 'string', jsonPath: condition('Ready', 'status'), description: 'Whether it works.' },
  { name: 'REASON', type: 'string', jsonPath: condition('Ready', 'reason'), description: 'Why, in a word.' },
]

const age: Column = {
  name: 'AGE',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since the resource was made.',
}

export const kinds: KindDefinition[] = [
  {
    kind: 'KiaviTenant',
    plural: 'kiavitenants',
    shortName: 'kt',
    scope: 'Namespaced',
    description:
      'KiaviTenant is one isolated auth service: a host with its own pods, database and signing keys, where people sign in with passkeys.',
    spec: tenantSpec.describe('What you want.'),
    status: tenantStatus.describe('What is; written by the operator.'),
    rules: tenantRules,
    columns: [
      ...ready,
      { name: 'URL', type: 'string', jsonPath: '.status.issuer', description: 'Issuer of its tokens.' },
      {
        name: 'KEY AGE',
        type: 'date',
        jsonPath: '.status.keys[?(@.phase=="Active")].since',
        description: 'Time since the active signing key began to sign.',
      },
      {
        name: 'LAST BACKUP',
        type: 'date',
        jsonPath: '.status.backups.lastAt',
        description: 'Time since the newest backup began.',
      },
      {
        name: 'PROVEN',
        type: 'date',
        jsonPath: '.status.backups.provenAt',
        description: 'Time since a backup was proven by restoring it.',
      },
      age,
      {
        name: 'TENANT ID',
        type: 'string',
        jsonPath: '.status.tenantID',
        description: 'Name of everything that belongs to it.',
        priority: 1,
      },
      {
        name: 'RETENTION',
        type: 'integer',
        jsonPath: '.spec.backups.retentionDays',
        description: 'Days that a backup is kept.',
        priority: 1,
      },
      {
        name: 'VERSION',
        type: 'string',
        jsonPath: '.status.runtime.version',
        description: 'Version that serves.',
        priority: 1,
      },
    ],
    scale: {
      specReplicasPath: '.spec.runtime.replicas',
      statusReplicasPath: '.status.runtime.replicas',
      labelSelectorPath: '.status.runtime.selector',
    },
  },
  {
    kind: 'KiaviTenantClass',
    plural: 'kiavitenantclasses',
    shortName: 'ktc',
    scope: 'Cluster',
    description:
      'KiaviTenantClass says where tenants live: region, database server, gateway, image, and who may use it. Annotate one with kiavi.eu/is-default-class=true and tenants need not name it.',
    spec: tenantClassSpec.describe('Where tenants of the class live.'),
    status: tenantClassStatus.describe('What is; written by the operator.'),
    rules: [],
    columns: [
      ...ready,
      { name: 'REGION', type: 'string', jsonPath: '.spec.region', description: 'Where the data live.' },
      {
        name: 'DATABASE',
        type: 'string',
        jsonPath: '.spec.database.host',
        description: 'The PostgreSQL server.',
      },
      {
        name: 'TENANTS',
        type: 'integer',
        jsonPath: '.status.tenants',
        description: 'Tenants that live in it.',
      },
      {
        name: 'DEFAULT',
        type: 'string',
        jsonPath: '.metadata.annotations.kiavi\\.eu/is-default-class',
        description: 'Whether tenants that name no class live in it.',
      },
      age,
      {
        name: 'SERVER',
        type: 'string',
        jsonPath: '.status.serverVersion',
        description: 'Version of PostgreSQL.',
        priority: 1,
      },
    ],
  },
  {
    kind: 'KiaviAdoption',
    plural: 'kiaviadoptions',
    shortName: 'ka',
    scope: 'Cluster',
    description:
      "KiaviAdoption is a platform owner's consent to hand an orphan to a KiaviTenant that its marker does not name: after the loss of the cluster, or into another namespace, name or host.",
    spec: adoptionSpec.describe('What is consented to.'),
    status: adoptionStatus.describe('What is; written by the operator.'),
    rules: [],
    columns: [
      ...ready,
      {
        name: 'TENANT ID',
        type: 'string',
        jsonPath: '.spec.tenantID',
        description: "The orphan's tenant ID.",
      },
      { name: 'NAMESPACE', type: 'string', jsonPath: '.spec.namespace', description: 'Where it goes to.' },
      { name: 'NAME', type: 'string', jsonPath: '.spec.name', description: 'The KiaviTenant it goes to.' },
      age,
    ],
  },
  {
    kind: 'KiaviBackup',
    plural: 'kiavibackups',
    shortName: 'kb',
    scope: 'Namespaced',
    description:
      "KiaviBackup is one encrypted backup of one tenant's database, with a date by which it is gone. Make one to back up now; the schedule makes its own.",
    spec: backupSpec.describe('What is to be backed up.'),
    status: backupStatus.describe('What is; written by the operator.'),
    rules: [],
    columns: [
      { name: 'TENANT', type: 'string', jsonPath: '.spec.tenantName', description: 'The KiaviTenant.' },
      ...ready,
      {
        name: 'BYTES',
        type: 'integer',
        jsonPath: '.status.bytes',
        description: 'Encrypted bytes written so far; in the end its size.',
      },
      {
        name: 'TABLE',
        type: 'string',
        jsonPath: '.status.table',
        description: 'The table that is being read.',
      },
      {
        name: 'EXPIRES',
        type: 'string',
        jsonPath: '.status.expiresAt',
        description: 'When it is to be gone.',
      },
      age,
      {
        name: 'TRIGGER',
        type: 'string',
        jsonPath: '.spec.reason',
        description: 'What asked for it.',
        priority: 1,
      },
      {
        name: 'SEQUENCE',
        type: 'integer',
        jsonPath: '.status.sequence',
        description: "Its number among the tenant's backups.",
        priority: 1,
      },
    ],
  },
  {
    kind: 'KiaviRestore',
    plural: 'kiavirestores',
    shortName: 'kr',
    scope: 'Namespaced',
    description:
      'KiaviRestore puts a backup back: in place of a tenant that it was taken of, into a new tenant, or as a drill into a database that is thrown away.',
    spec: restoreSpec.describe('What is to be put back, and where.'),
    status: restoreStatus.describe('What is; written by the operator.'),
    rules: [],
    columns: [
      { name: 'TENANT', type: 'string', jsonPath: '.spec.tenantName', description: 'The KiaviTenant.' },
      { name: 'MODE', type: 'string', jsonPath: '.spec.mode', description: 'Where the backup goes.' },
      ...ready,
      {
        name: 'STEP',
        type: 'string',
        jsonPath: '.status.step',
        description: 'What is being done.',
      },
      age,
      {
        name: 'SEQUENCE',
        type: 'integer',
        jsonPath: '.status.sequence',
        description: 'Number of the backup.',
        priority: 1,
      },
      {
        name: 'TRIGGER',
        type: 'string',
        jsonPath: '.spec.reason',
        description: 'What asked for it.',
        priority: 1,
      },
      {
        name: 'SECONDS',
        type: 'integer',
        jsonPath: '.status.recoverySeconds',
        description: 'How long it took.',
        priority: 1,
      },
    ],
  },
]
