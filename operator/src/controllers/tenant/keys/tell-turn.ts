import { type KeyTurn } from './decide.ts'
import { type KeyLedger, keyIn } from './ledger.ts'
import { type KeyTerms, longestCacheSeconds } from './terms.ts'

export interface Told {
  type: 'Normal' | 'Warning'
  /** Reason of the event. */
  event: string
  message: string
}

/** What a user should know of a turn that was taken; `undefined` where it concerns nobody. */
export function tellTurn(
  turn: KeyTurn,
  ledger: KeyLedger,
  { terms, now }: { terms: KeyTerms; now: Date },
): Told | undefined {
  switch (turn.turn) {
    case 'activate': {
      const why = turn.rotation === undefined ? 'its predecessor is old enough' : 'a rotation was asked for'
      const message = `Signing key ${turn.kid} signs from now on: ${why}. Tokens of the old one are good until they expire.`
      return { type: 'Normal', event: 'KeyActivated', message }
    }
    case 'destroy':
      return { type: 'Normal', event: 'KeyDestroyed', message: `Signing key ${turn.kid} is gone for good.` }
    case 'revoke':
      return { type: 'Warning', event: 'KeyRevoked', message: revoked(turn, ledger, terms, now) }
    default:
      return undefined
  }
}

function revoked(
  { kid, endSessions }: Extract<KeyTurn, { turn: 'revoke' }>,
  ledger: KeyLedger,
  { accessTokenSeconds }: KeyTerms,
  now: Date,
): string {
  const life = Math.min(longestCacheSeconds(ledger), longestToken(ledger, kid, accessTokenSeconds))
  const until = new Date(now.getTime() + life * 1000).toISOString()
  const sessions = endSessions ? 'Everybody signs in again.' : 'Sessions and refresh tokens stay.'
  return `Signing key ${kid} was revoked; ${keyIn(ledger, 'Active')?.kid ?? 'no key'} signs. Verifiers that hold an older JWKS may accept its tokens until they fetch it anew, at the latest at ${until}. ${sessions}`
}

const longestToken = ({ keys }: KeyLedger, kid: string, now: number) =>
  keys.find((key) => key.kid === kid)?.tokenSeconds ?? now
