import { createHash } from 'node:crypto'
import { type LedgerKey } from './ledger.ts'

const dayMs = 86_400_000

/**
 * When a key that signs has signed for long enough. Spread over the last tenth of its time by a hash of the tenant,
 * so that a fleet which was made in one day does not rotate in one minute. Absent where keys do not age.
 */
export function rotationDue(
  tenantID: string,
  active: Pick<LedgerKey, 'kid' | 'since'>,
  rotationDays: number,
): Date | undefined {
  if (rotationDays === 0) return undefined
  const hash = createHash('sha256').update(`${tenantID} ${active.kid}`).digest()
  const share = hash.readUInt32BE(0) / 2 ** 32
  return new Date(Date.parse(active.since) + rotationDays * dayMs * (1 - share / 10))
}
