import { type TenantStatus } from '../../../api/v1alpha1/tenant.ts'
import { timestamp } from '../../conditions.ts'
import { rotationDue } from './due.ts'
import { type KeyLedger, type LedgerKey, keyIn } from './ledger.ts'
import { type KeyTerms, publishSeconds, retireSeconds } from './terms.ts'

type KeyStatus = NonNullable<TenantStatus['keys']>[number]

interface About {
  tenantID: string
  terms: KeyTerms
  /** The rotation that somebody asks for. */
  rotation: string | undefined
}

/** The keys as people see them: what each is, since when, and what comes next. */
export const keyStatus = (ledger: KeyLedger, about: About): KeyStatus[] =>
  ledger.keys.map((key) => ({
    ...{ kid: key.kid, phase: key.phase, since: timestamp(new Date(key.since)) },
    ...(key.revoked ? { revoked: true } : {}),
    ...nextOf(key, ledger, about),
  }))

function nextOf(
  key: LedgerKey,
  ledger: KeyLedger,
  { tenantID, terms, rotation }: About,
): Pick<KeyStatus, 'next' | 'nextAt'> {
  const active = keyIn(ledger, 'Active')
  const isAsked = rotation !== undefined && rotation !== ledger.rotation
  const due = active && (isAsked ? new Date(active.since) : rotationDue(tenantID, active, terms.rotationDays))
  const after = (since: string, seconds: number) => new Date(Date.parse(since) + seconds * 1000)
  switch (key.phase) {
    case 'Generated':
      return { next: 'Published' }
    case 'Published': {
      const known = after(key.since, publishSeconds(key))
      return { next: 'Active', ...(due ? { nextAt: timestamp(due > known ? due : known) } : {}) }
    }
    case 'Active':
      return { next: 'Retiring', ...(due && !isAsked ? { nextAt: timestamp(due) } : {}) }
    case 'Retiring':
      return {
        next: 'Destroyed',
        ...(key.quietSince === undefined
          ? {}
          : { nextAt: timestamp(after(key.quietSince, retireSeconds(key, ledger))) }),
      }
    case 'Destroyed':
      return {}
  }
}
