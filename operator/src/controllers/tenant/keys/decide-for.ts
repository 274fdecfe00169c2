import { annotation } from '../../../api/v1alpha1/names.ts'
import { type Observed } from '../observed.ts'
import { type Tenant } from '../tenant.ts'
import { type KeyDecision, decideKeys } from './decide.ts'
import { type KeyLedger, sightingOf } from './ledger.ts'
import { type KeyTerms } from './terms.ts'

type Spec = NonNullable<Tenant['spec']>

/** What the keys of this tenant ask for, by what its pods say. */
export const decideFor = (
  tenant: Tenant,
  { tenantID, spec }: { tenantID: string; spec: Spec },
  ledger: KeyLedger,
  { pods, seenForMs, now }: Pick<Observed, 'pods' | 'seenForMs'> & { now: Date },
): KeyDecision | undefined =>
  decideKeys(ledger, {
    ...{ tenantID, terms: termsOf(spec), now },
    wishes: { rotation: askedRotation(tenant), revoke: spec.signingKeys.revoke?.map(revokeWish) ?? [] },
    evidence: {
      pods: pods.filter(({ serving, mayReturn }) => serving || mayReturn === true).map(({ keys }) => keys),
      seenForMs: (kid) => {
        const key = ledger.keys.find((each) => each.kid === kid)
        return key ? seenForMs(sightingOf(key)) : 0
      },
    },
  })

export const termsOf = ({ signingKeys, tokens }: Spec): KeyTerms => ({
  jwksMaxAgeSeconds: signingKeys.jwksMaxAgeSeconds,
  verifierCacheSeconds: signingKeys.verifierCacheSeconds,
  accessTokenSeconds: tokens.accessTokenSeconds,
  rotationDays: signingKeys.rotationDays,
})

/** The word by which somebody asked for a rotation. */
export const askedRotation = ({ annotations }: Pick<Tenant, 'annotations'>): string | undefined =>
  annotations[annotation.rotateKeys]?.slice(0, 64)

const revokeWish = ({ kid, sessions }: { kid: string; sessions: 'Keep' | 'End' }) => ({
  kid,
  endSessions: sessions === 'End',
})
