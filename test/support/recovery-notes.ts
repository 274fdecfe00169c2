/** Recovery sets are noted on the Secrets that they hold, some seconds after these changed: nothing is decided by it. */
import { annotation } from '../../operator/src/api/v1alpha1/names.ts'
import { type EffectName } from './effect-ledger.ts'

interface Written {
  data: string
  note: string | undefined
}

function written(body: Buffer): Written | undefined {
  try {
    const { data, metadata } = JSON.parse(body.toString('utf8')) as {
      data?: unknown
      metadata?: { annotations?: Record<string, string> }
    }
    return { data: JSON.stringify(data ?? {}), note: metadata?.annotations?.[annotation.recovery] }
  } catch {
    return undefined
  }
}

/** Remembers what was written into Secrets, and says of each write whether all that it changes is such a note. */
export function recoveryNotes(): (name: EffectName, body: Buffer) => boolean {
  const known = new Map<string, Written>()
  return ({ verb, object }, body) => {
    if (!object.startsWith('secrets ') || !['create', 'update'].includes(verb)) return false
    const now = written(body)
    if (now === undefined) return false
    const before = known.get(object)
    known.set(object, now)
    return before !== undefined && before.data === now.data && before.note !== now.note
  }
}
