import { type KubeObject, type ObjectName, type ResourceKind } from '../../kube/port.ts'
import { type DatabaseStep } from '../../providers/database/port.ts'
import { type Claim, type HeldClaim } from './claims.ts'
import { type KeyTurn } from './keys/decide.ts'

/** The Secrets in a tenant's namespace: what its pods mount, or its nodes pull with. */
export const mountedSecrets = ['database-owner', 'database-app', 'signing-keys', 'registry'] as const
export type MountedSecret = (typeof mountedSecrets)[number]

const ofKeys: readonly Step['do'][] = [
  'generateKey',
  'restoreKeys',
  'rewriteKeys',
  'turnKeys',
  'mount',
  'nudgePod',
  'replacePod',
]

/** Steps that change nothing in a database: what was seen of it a moment ago still holds. */
export const leaveDatabase = (steps: readonly Step[]): boolean =>
  steps.every((step) => ofKeys.includes(step.do))

/**
 * One effect each. A step is data: what is secret or random is made while acting. Every step is idempotent, or finds
 * what an earlier, half-finished try left.
 */
export type Step =
  | { do: 'addFinalizer' }
  | { do: 'guardCustomerNamespace' }
  | { do: 'mintTenantID'; className: string; adopt: string | undefined }
  | { do: 'claim'; claim: Claim }
  | { do: 'takeClaim'; claim: HeldClaim }
  | { do: 'dropClaim'; claim: HeldClaim }
  | { do: 'ensure'; kind: ResourceKind; object: KubeObject }
  | { do: 'remove'; kind: ResourceKind; name: ObjectName }
  | { do: 'makePasswords' }
  | { do: 'rewritePasswords' }
  | { do: 'database'; step: DatabaseStep }
  | { do: 'generateKey'; bits: 2048 | 3072 | 4096 }
  | { do: 'restoreKeys' }
  | { do: 'rewriteKeys' }
  | { do: 'turnKeys'; turn: KeyTurn }
  | { do: 'nudgePod'; pod: string; version: number }
  | { do: 'replacePod'; pod: string; version: number }
  | { do: 'mount'; secret: MountedSecret }
  | { do: 'recordAdoption'; name: string; generation: number }
  | { do: 'removeFinalizer' }
