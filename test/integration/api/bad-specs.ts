/** What rules over several fields refuse: one change to a good object each, and the sentence that answers. */
import { type goodObjects } from './good-objects.ts'
import { type Path } from './schema-walk.ts'

export interface BadSpec {
  kind: keyof typeof goodObjects
  /** Values that are set in the good object, `undefined` to take one away. */
  set: [path: Path, value: unknown][]
  /** The field that the answer points at. */
  field: string
  /** As the rule's `message` says it. */
  rule: string
  /** What is read, where the rule computes it. */
  says?: string
  because: string
}

const passkeys = ['spec', 'passkeys']
const database = ['spec', 'database']
const store = ['spec', 'backups', 'store']
const requests = ['spec', 'runtime', 'resources', 'requests']
const exposure = 'write exactly one of gateway and ingress: it says how tenants are reached from outside'
const rpIdSentence = 'write an rpId that is the host itself or a domain above it, or leave it out'
const originSentence =
  'write only origins whose host is the rpId or below it: no browser lets others use its passkeys'

const slotSentence = 'leave slot and reason out: only the schedule makes backups for a slot'
const drillSentence = 'leave slot and reason out: only the schedule of drills makes restores for a slot'

export const badSpecs: BadSpec[] = [
  {
    kind: 'KiaviTenant',
    set: [
      [[...passkeys, 'rpId'], 'cme.eu'],
      [[...passkeys, 'allowedOrigins'], undefined],
    ],
    field: 'spec.passkeys.rpId',
    rule: rpIdSentence,
    says: 'write an rpId that is the host auth.acme.eu itself or a domain above it, or leave it out',
    because: 'a name that the host merely ends with is no parent of it',
  },
  {
    kind: 'KiaviTenant',
    set: [
      [[...passkeys, 'rpId'], 'x.auth.acme.eu'],
      [[...passkeys, 'allowedOrigins'], undefined],
    ],
    field: 'spec.passkeys.rpId',
    rule: rpIdSentence,
    says: 'write an rpId that is the host auth.acme.eu itself or a domain above it, or leave it out',
    because: 'a page cannot use the rpId of a domain below it',
  },
  {
    kind: 'KiaviTenant',
    set: [
      [
        [...passkeys, 'allowedOrigins'],
        ['https://app.acme.eu', 'https://app.xacme.eu'],
      ],
    ],
    field: 'spec.passkeys.allowedOrigins',
    rule: originSentence,
    because: 'every origin counts, not only the first',
  },
  {
    kind: 'KiaviTenant',
    set: [
      [[...passkeys, 'rpId'], undefined],
      [[...passkeys, 'allowedOrigins'], ['https://app.acme.eu']],
    ],
    field: 'spec.passkeys.allowedOrigins',
    rule: originSentence,
    because: 'without an rpId the host is it, and a sibling of the host is not below it',
  },
  {
    kind: 'KiaviTenant',
    set: [[[...requests, 'cpu'], '1500m']],
    field: 'spec.runtime.resources.requests.cpu',
    rule: 'write requests.cpu that is not above limits.cpu',
    because: 'the API server would refuse every pod',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[[...requests, 'memory'], '1Gi']],
    field: 'spec.runtime.resources.requests.memory',
    rule: 'write requests.memory that is not above limits.memory',
    because: 'the API server would refuse every pod',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[['spec', 'ingress'], { className: 'nginx' }]],
    field: 'spec',
    rule: exposure,
    because: 'with both nobody knows where the certificate comes from',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[['spec', 'gateway'], undefined]],
    field: 'spec',
    rule: exposure,
    because: 'with neither no tenant would ever be reached',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[[...database, 'tlsDisabledReason'], undefined]],
    field: 'spec.database.tlsDisabledReason',
    rule: "tls: Disable sends people's data in clear: write tlsDisabledReason (why, and who decided), or leave tls out",
    because: 'lowering a protection needs a recorded reason',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[[...database, 'reachedBy'], {}]],
    field: 'spec.database.reachedBy',
    rule: 'name at least one of cidrs and namespaceLabels',
    because: 'the pods would reach no database',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[['spec', 'dns'], { podLabels: { 'k8s-app': 'kube-dns' }, cidrs: ['10.0.0.10/32'] }]],
    field: 'spec.dns.namespaceLabels',
    rule: 'podLabels needs namespaceLabels beside it: say in which namespaces the pods are',
    because: 'any namespace could dress a pod up in those labels',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[[...store, 'volume'], { claimName: 'backups' }]],
    field: 'spec.backups.store',
    rule: 'write exactly one of s3 and volume: it says where backups lie',
    because: 'with both nobody knows where the newest is',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[store, {}]],
    field: 'spec.backups.store',
    rule: 'write exactly one of s3 and volume: it says where backups lie',
    because: 'with neither there are none',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[[...store, 's3', 'tlsDisabledReason'], undefined]],
    field: 'spec.backups.store.s3.tlsDisabledReason',
    rule: 'http:// shows everybody on the way which tenants have which backups: write tlsDisabledReason (why, and who decided), or https://',
    because: 'lowering a protection needs a recorded reason',
  },
  {
    kind: 'KiaviBackup',
    set: [[['spec', 'reason'], 'Manual']],
    field: 'spec.slot',
    rule: slotSentence,
    because: 'what somebody asks for is for no slot',
  },
  {
    kind: 'KiaviBackup',
    set: [[['spec', 'slot'], undefined]],
    field: 'spec.slot',
    rule: slotSentence,
    because: 'what the schedule asks for is for one',
  },
  {
    kind: 'KiaviRestore',
    set: [[['spec', 'mode'], 'Drill']],
    field: 'spec.keepPreviousDays',
    rule: 'leave keepPreviousDays out: only a restore in place replaces a database',
    because: 'a drill leaves nothing',
  },
  {
    kind: 'KiaviRestore',
    set: [[['spec', 'slot'], '2026-11-22T02:00:00Z']],
    field: 'spec.slot',
    rule: drillSentence,
    because: 'what somebody asks for is for no slot',
  },
  {
    kind: 'KiaviRestore',
    set: [
      [['spec', 'slot'], '2026-11-22T02:00:00Z'],
      [['spec', 'reason'], 'Scheduled'],
    ],
    field: 'spec.slot',
    rule: drillSentence,
    because: 'a schedule makes drills, and puts nothing in place of anything',
  },
]

/** What cannot change any more: from a good object, with what status says by then. */
export interface BadChange extends BadSpec {
  status?: object
  /** What is set in the good object before it is made. */
  from?: BadSpec['set']
}

const moved = 'a tenant cannot move to another class: write the className that status.className shows'
const movedSays = 'a tenant cannot move to another class: write className: default'

export const badChanges: BadChange[] = [
  {
    kind: 'KiaviTenant',
    status: { className: 'default' },
    set: [[['spec', 'className'], 'other']],
    field: 'spec.className',
    rule: moved,
    says: movedSays,
    because: 'the data lie in the class',
  },
  {
    kind: 'KiaviTenant',
    status: { className: 'default' },
    set: [[['spec', 'className'], undefined]],
    field: 'spec.className',
    rule: moved,
    says: movedSays,
    because: 'another class may be the default by now',
  },
  {
    kind: 'KiaviTenant',
    status: { rpId: 'acme.eu' },
    set: [
      [[...passkeys, 'rpId'], 'auth.acme.eu'],
      [[...passkeys, 'allowedOrigins'], undefined],
    ],
    field: 'spec.passkeys.rpId',
    rule: 'every passkey is bound to the rpId that status.rpId shows, and would be lost: write that one',
    says: 'every passkey is bound to the rpId acme.eu and would be lost: write that one',
    because: 'passkeys are bound to the rpId for ever',
  },
  {
    kind: 'KiaviTenant',
    status: { rpId: 'acme.eu' },
    set: [
      [['spec', 'host'], 'auth.other.eu'],
      [['spec', 'passkeys'], {}],
    ],
    field: 'spec.host',
    rule: 'every passkey is bound to the rpId that status.rpId shows: write a host that is it or lies below it',
    says: 'every passkey is bound to the rpId acme.eu: write a host that is it or lies below it',
    because: 'a page of another domain cannot use them',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[['spec', 'region'], 'nl-ams']],
    field: 'spec.region',
    rule: 'the region cannot change, tenants have their data there: make another class for another region',
    because: 'data do not move because a word did',
  },
  {
    kind: 'KiaviTenantClass',
    set: [[[...database, 'port'], 5433]],
    field: 'spec.database.host',
    rule: 'host and port cannot change, tenants have their databases there: make another class for another server',
    because: 'another port is another server',
  },
  {
    kind: 'KiaviAdoption',
    set: [[['spec', 'host'], 'auth.other.eu']],
    field: 'spec',
    rule: 'a consent cannot be changed after the fact: delete this KiaviAdoption and make another',
    because: 'what was consented to is part of the audit',
  },
  ...[
    { set: [[[...store, 's3', 'bucket'], 'other']], because: 'another bucket is another store' },
    { set: [[[...store, 's3', 'prefix'], undefined]], because: 'so is another folder, and none' },
    {
      set: [[store, { volume: { claimName: 'backups' } }]],
      because: 'backups do not move because a word did',
    },
    {
      from: [[store, { volume: { claimName: 'backups' } }]],
      set: [[store, { volume: { claimName: 'others' } }]],
      because: 'another volume is another store',
    },
  ].map((row) => ({
    ...(row as Pick<BadChange, 'set' | 'from' | 'because'>),
    kind: 'KiaviTenantClass' as const,
    field: 'spec.backups.store',
    rule: 'the store cannot change, backups lie there: make another class for another store',
  })),
  {
    kind: 'KiaviTenantClass',
    set: [[['spec', 'backups'], undefined]],
    field: 'spec.backups',
    rule: 'backups cannot be taken out, tenants have theirs there: make another class without a store',
    because: 'nobody would see to their dates any more',
  },
  {
    kind: 'KiaviBackup',
    set: [[['spec', 'tenantName'], 'other']],
    field: 'spec',
    rule: 'a backup cannot be changed after the fact: make another KiaviBackup',
    because: 'it holds what it holds',
  },
  {
    kind: 'KiaviBackup',
    set: [[['spec', 'retentionDays'], undefined]],
    field: 'spec',
    rule: 'a backup cannot be changed after the fact: make another KiaviBackup',
    because: 'its date is kept and signed with it',
  },
  {
    kind: 'KiaviRestore',
    set: [[['spec', 'sequence'], 6]],
    field: 'spec',
    rule: 'a restore cannot be changed after the fact: make another KiaviRestore',
    because: 'it may be under way',
  },
]

/** Changes that look like those above and are allowed. */
export const goodChanges: Omit<BadChange, 'field' | 'rule'>[] = [
  {
    kind: 'KiaviTenant',
    set: [[['spec', 'className'], 'other']],
    because: 'nothing lives anywhere yet: a typing error can be mended',
  },
  {
    kind: 'KiaviTenant',
    status: { className: 'default' },
    set: [[['spec', 'displayName'], 'ACME']],
    because: 'a name is only a name',
  },
  {
    kind: 'KiaviTenant',
    set: [[['spec', 'passkeys'], {}]],
    because: 'nobody has a passkey before the tenant serves',
  },
  {
    kind: 'KiaviTenant',
    status: { rpId: 'acme.eu' },
    set: [[['spec', 'host'], 'login.acme.eu']],
    because: 'the new host lies below the rpId: every passkey goes on working',
  },
  { kind: 'KiaviTenantClass', set: [[[...database, 'maxConnections'], 300]], because: 'a budget may grow' },
  {
    kind: 'KiaviTenantClass',
    set: [
      [['spec', 'ingress'], { className: 'nginx' }],
      [['spec', 'gateway'], undefined],
    ],
    because: 'how tenants are reached may change',
  },
  {
    kind: 'KiaviTenantClass',
    from: [[['spec', 'backups'], undefined]],
    set: [
      [
        ['spec', 'backups'],
        { store: { volume: { claimName: 'backups' } }, recoveryRecipient: `age1${'q'.repeat(58)}` },
      ],
    ],
    because: 'tenants that had no backups get some',
  },
  {
    kind: 'KiaviTenantClass',
    set: [
      [[...store, 's3', 'credentialsSecretName'], 'new-credentials'],
      [['spec', 'backups', 'recoveryRecipient'], `age1${'q'.repeat(58)}`],
    ],
    because: 'keys are renewed, and the store is the same',
  },
]
