import { label } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { digest } from '../canonical.ts'
import { type Projection } from './compare/projection.ts'
import { ownerAnnotation, tenantLabels } from './children/meta.ts'
import { type Rendering, rpIdOf } from './rendering.ts'

export type ClaimKind = 'host' | 'rp'

/** What a tenant wants to have for itself in this cluster. */
export interface Claim {
  kind: ClaimKind
  value: string
}

/** A claim that somebody holds. */
export interface HeldClaim extends Claim {
  /** Name of the ConfigMap. */
  object: string
  objectUid: string
  /** Empty when it is only remembered: a claim is taken on a live read. */
  resourceVersion: string
  createdAt: string
  holder: { tenantID: string; uid: string; namespace: string; name: string }
}

export const claimName = ({ kind, value }: Claim): string => `claim-${kind}-${digest(value, 20)}`

/** Names that can overlap end in the same two labels: what a search for overlaps selects by. */
export const claimDomain = (value: string): string => digest(value.split('.').slice(-2).join('.'), 20)

/** One is the other, or lies below it. */
export const overlap = (a: string, b: string): boolean =>
  a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`)

/** The claims that this spec needs, host first. */
export const wantedClaims = (spec: Rendering['spec'], rpId = rpIdOf(spec)): Claim[] => [
  { kind: 'host', value: spec.host },
  { kind: 'rp', value: rpId },
]

/** The ConfigMap that is a claim: its name follows from what is claimed, so that creating it is atomic. */
export function claimObject(
  claim: Claim,
  holder: HeldClaim['holder'],
  operatorNamespace: string,
): KubeObject {
  const { tenantID, uid, namespace, name } = holder
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: claimName(claim),
      namespace: operatorNamespace,
      labels: { ...tenantLabels(tenantID, 'claim'), [label.claimDomain]: claimDomain(claim.value) },
      annotations: ownerAnnotation(holder),
    },
    data: { kind: claim.kind, value: claim.value, tenantID, uid, namespace, name },
  }
}

/** Reads a claim back; `undefined` when a ConfigMap of that name is not one. */
export function readClaim(
  object: string,
  { facts, uid, createdAt }: Projection,
  resourceVersion = '',
): HeldClaim | undefined {
  const data = facts.claim
  if (!data) return undefined
  const { kind, value, tenantID, uid: holderUid, namespace, name } = data
  if (kind !== 'host' && kind !== 'rp') return undefined
  if (!value || !tenantID || !holderUid || !namespace || !name) return undefined
  return {
    kind,
    value,
    object,
    objectUid: uid,
    resourceVersion,
    createdAt,
    holder: { tenantID, uid: holderUid, namespace, name },
  }
}

/** Of two claims that overlap the older one stands; made in the same second, the one whose name sorts first. */
export const precedes = (a: HeldClaim, b: HeldClaim): boolean =>
  a.createdAt === b.createdAt ? a.object < b.object : a.createdAt < b.createdAt
