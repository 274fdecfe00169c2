import { type AdoptionSpec } from '../../api/v1alpha1/adoption.ts'
import { type TenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../kube/port.ts'
import {
  type DatabaseMarker,
  type DatabaseObserved,
  type MarkedDatabase,
} from '../../providers/database/port.ts'
import { type BackupNote } from '../backup/note.ts'
import { type KeptNote } from '../recovery/kept.ts'
import { type RestoreNote } from '../restore/note.ts'
import { type HeldClaim } from './claims.ts'
import { type PodKeys } from './keys/evidence.ts'
import { type KeyLedger } from './keys/ledger.ts'
import { type Projection } from './compare/projection.ts'
import { type PodAnswer } from '../../providers/runtime/port.ts'
import { type Finding } from './reasons.ts'
import { type MountedSecret } from './steps.ts'

/** The class a tenant lives in, or why there is none. */
export type ClassSeen = { name: string; spec: TenantClassSpec } | { finding: Finding }

export interface CustomerNamespace {
  guarded: boolean
  deleting: boolean
}

/** A KiaviAdoption. */
export interface Consent extends AdoptionSpec {
  object: { name: string; generation: number }
  /** It was made use of, and is only a record now. */
  used: boolean
}

/** Data without a living KiaviTenant. */
export interface Orphan {
  tenantID: string
  /** Absent when only the namespace was found. */
  marker: DatabaseMarker | undefined
  /** `namespace/name` in the owner annotation of the tenant's namespace, when that exists. */
  namespaceOwner: string | undefined
}

/** A claim that stands in the way, and whether its holder still lives. */
export interface ClaimsSeen {
  /** What holds the names that we want, and what overlaps our rpId. */
  held: HeldClaim[]
  /** Claims that bear our tenant ID, for whatever value. */
  ours: HeldClaim[]
  /** Object names of claims whose holder is gone and has left no orphan. */
  abandoned: string[]
}

export interface KeysSeen {
  activeKid: string
  kids: string[]
}

/** What status and decisions need of the master's keys: nothing of it is secret. */
export interface SecretsSeen {
  passwords: 'absent' | 'unreadable' | 'edited' | 'whole'
  keys: 'absent' | 'unreadable' | 'edited' | 'whole'
  /** Of the master copy, where it is readable. */
  ledger: KeyLedger | undefined
  /** Of the mounted copy, where it is readable: what a lost master is restored from. */
  mountedKeySet: KeysSeen | undefined
  mounted: Record<MountedSecret, 'absent' | 'different' | 'current'>
  /** We have no rights in the tenant's namespace yet, so what is mounted could not be looked at. */
  unseen: boolean
}

export type DatabaseSeen =
  | { state: 'unreachable'; finding: Finding }
  | { state: 'seen'; observed: DatabaseObserved; marked: MarkedDatabase[] | undefined; open: string[] }

/** One serving pod, asked. */
export interface PodSeen {
  pod: string
  /** What it answered on /readyz; `undefined` when it did not. */
  answer: PodAnswer['readiness']
  /** Key IDs in its JWKS; `undefined` when it did not answer. */
  published: string[] | undefined
  /** Requests may be sent to it; others are asked so that they have the newest keys once they are ready. */
  serving: boolean
  /** None are now, but its container runs and it is not being deleted: cut off with its node it comes back as it is. */
  mayReturn?: boolean
  /** The key set that it was last told of; not looked at while it has the newest. */
  nudged?: string | undefined
  /** It is being deleted; not looked at while it has the newest. */
  leaving?: boolean
  /** Both together, of its keys; `undefined` when it could not be asked for either. */
  keys: PodKeys | undefined
  fault: string | undefined
}

/** Everything that a decision is made from. What was not looked at is `undefined`. */
export interface Observed {
  class: ClassSeen
  customerNamespace: CustomerNamespace | undefined
  installationID: string
  /** Why the class's Secrets cannot be used. */
  classSecrets: { finding: Finding | undefined; databaseCA: string | undefined } | undefined
  orphans: Orphan[] | undefined
  /** Tenant IDs that living KiaviTenants hold. */
  living: ReadonlySet<string>
  consents: Consent[]
  claims: ClaimsSeen | undefined
  secrets: SecretsSeen | undefined
  database: DatabaseSeen | undefined
  /** What is remembered of the tenant's objects, by `Kind/name`. */
  children: ReadonlyMap<string, Projection>
  /** The remembered object is what we want. */
  isSettled: (desired: KubeObject, seen: Projection) => boolean
  /** Kinds that this cluster does not serve. */
  missingKinds: ReadonlySet<string>
  ingressClassExists: boolean
  /** Every pod behind the tenant's Service. */
  pods: PodSeen[]
  /** For how long this process has seen something be so, in milliseconds of a monotonic clock. */
  seenForMs: (what: string) => number
  /** NetworkPolicies of strangers that allow something; not looked for before the tenant has pods. */
  foreignPolicies: string[]
  isPublicSuffix: (host: string) => boolean
  /** What is known of its backups; `undefined` while they were not looked at. */
  backups?: BackupNote | undefined
  /** What is known of its restores and drills; `undefined` while they were not looked at. */
  restores?: RestoreNote | undefined
  /** What keeps its journal or its recovery set from being kept. */
  kept?: KeptNote | undefined
}

export const childKey = (kind: string, name: string): string => `${kind}/${name}`
