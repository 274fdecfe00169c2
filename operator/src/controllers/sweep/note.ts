import { type SweepFacts } from '../../backups/sweep-report.ts'
import { type AttemptFailure } from '../backup/judge-end.ts'
import { nextSweep } from '../backup/sweep/slot.ts'
import { judgeSweep } from './judge-end.ts'
import { type SweepNeeds, type SweepObserved } from './observed.ts'

/** What the last look at a class's store came to; the class's own controller shows it. */
export interface SweepNote {
  /** What keeps a sweep that is due from being made. */
  lacks: SweepNeeds['lacks']
  /** How the newest sweep that has ended did; absent while none has, or nobody remembers. */
  last: ({ at: Date } & ({ facts: SweepFacts } | { failure: AttemptFailure })) | undefined
  memory: 'Whole' | 'Lost'
  clusterID: string | undefined
  /** When the next one begins. */
  nextAt: Date
}

export function noteOfSweep({ place, className, now }: SweepObserved): SweepNote | undefined {
  if (!place) return undefined
  const { ended, memory, clusterID, needs } = place
  return {
    lacks: needs?.lacks,
    last: ended && { at: ended.at, ...judgeSweep(ended.end) },
    ...{ memory, clusterID, nextAt: nextSweep(className, now) },
  }
}
