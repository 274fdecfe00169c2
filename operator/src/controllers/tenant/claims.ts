import { annotation, label } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { digest } from '../canonical.ts'
import { isAsDesired } from './compare/compare.ts'
import { type Projection } from './compare/projection.ts'
import { ownerAnnotation, tenantLabels } from './children/meta.ts'
import { type Rendering, rpIdOf } from './rendering.ts'
import { type Tenant, keyOf } from './tenant.ts'

export type ClaimKind = 'host' | 'rp'

/** What a tenant wants to have for itself in this cluster. */
export interface Claim {
  kind: ClaimKind
  value: string
}

/** A claim that somebody holds. What cannot be read of one that was edited is empty. */
export interface HeldClaim extends Claim {
  /** Name of the ConfigMap. */
  object: string
  objectUid: string
  /** Empty when it is only remembered: a claim is taken on a live read. */
  resourceVersion: string
  createdAt: string
  holder: { tenantID: string; uid: string; namespace: string; name: string }
  /** What its label and annotation say of the holder. */
  marks: { tenantID: string; owner: string }
  /** It is as its holder wrote it. */
  whole: boolean
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

/** Reads a claim back; `undefined` when the name is not a claim's. */
export function readClaim(
  { namespace, name: object }: { namespace: string; name: string },
  projection: Projection,
  resourceVersion = '',
): HeldClaim | undefined {
  const kind = /^claim-(host|rp)-/.exec(object)?.[1] as ClaimKind | undefined
  if (kind === undefined) return undefined
  const { facts, labels, annotations, uid: objectUid, createdAt } = projection
  const { value = '', tenantID = '', uid = '', namespace: home = '', name = '' } = facts.claim ?? {}
  const holder = { tenantID, uid, namespace: home, name }
  const written = claimObject({ kind, value }, holder, namespace)
  return {
    ...{ kind, value, object, objectUid, resourceVersion, createdAt, holder },
    marks: { tenantID: labels[label.tenantID] ?? '', owner: annotations[annotation.owner] ?? '' },
    whole: tenantID !== '' && uid !== '' && isAsDesired(written, projection),
  }
}

/** Who a tenant's claims say that they are held by. */
export const holderOf = (tenant: Tenant): HeldClaim['holder'] => ({
  tenantID: tenant.status.tenantID ?? '',
  uid: tenant.uid,
  namespace: tenant.namespace,
  name: tenant.name,
})

/** A claim says four times whose it is. Two are enough: so that one that somebody edited is still known. */
export function isHeldBy({ holder, marks }: HeldClaim, tenant: HeldClaim['holder']): boolean {
  const said = [
    holder.tenantID === tenant.tenantID,
    holder.uid === tenant.uid,
    marks.tenantID === tenant.tenantID,
    marks.owner === keyOf(tenant),
  ]
  return said.filter(Boolean).length >= 2
}

/** Of two claims that overlap the older one stands; made in the same second, the one whose name sorts first. */
export const precedes = (a: HeldClaim, b: HeldClaim): boolean =>
  a.createdAt === b.createdAt ? a.object < b.object : a.createdAt < b.createdAt
