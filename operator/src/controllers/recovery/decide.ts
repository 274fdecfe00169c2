import { type SetDigests } from './contents.ts'
import { type RecoveryRecord } from './record.ts'

const dayMs = 86_400_000

/** On a volume, which this process does not see, a set is written anew so often. */
const unseenDays = 7

/** So long a set may lie in the store; it is written anew when half of that is over. */
export const setDays = 60

/** Why a set has to be written, or nothing. `there`: whether it lies in the store still; `undefined`: nobody asked. */
export function whyWrite(
  record: RecoveryRecord | undefined,
  now: SetDigests,
  { at, there }: { at: Date; there: boolean | 'unknown' | undefined },
): string | undefined {
  if (!record) return 'there is none'
  if (record.core !== now.core) return 'what it is for has changed'
  const age = at.getTime() - new Date(record.at).getTime()
  // Until then the segments beside it have what came later.
  if (record.journal !== now.journal && Math.abs(age) >= dayMs) return 'the journal has grown'
  if (new Date(record.expiresAt).getTime() - at.getTime() < (setDays / 2) * dayMs)
    return 'its date comes near'
  if (there === 'unknown' && age >= unseenDays * dayMs) return 'nobody can see whether it still lies there'
  return there === false ? 'it is gone from the store' : undefined
}

/** When a set is made, in whole seconds, and when it is to be gone. */
export function setDates(now: Date): { at: Date; expiresAt: Date } {
  const at = new Date(Math.floor(now.getTime() / 1000) * 1000)
  return { at, expiresAt: new Date(at.getTime() + setDays * dayMs) }
}
