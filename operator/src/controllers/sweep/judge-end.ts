import { type SweepFacts, type SweepReport } from '../../backups/sweep-report.ts'
import { type AttemptFailure, type endCodes } from '../backup/judge-end.ts'

/** How the container of a sweep's Job ended. */
export interface SweepEnd {
  report: SweepReport | undefined
  /** The reason of the Job's condition Failed, such as DeadlineExceeded. */
  failed: string | undefined
  /** Kubernetes' own word for the container's end, such as OOMKilled. */
  reason: string | undefined
}

/** What became of a sweep whose Job has ended. What it could not say is made good by the next. */
export function judgeSweep({
  report,
  failed,
  reason,
}: SweepEnd): { facts: SweepFacts } | { failure: AttemptFailure } {
  if (report?.result === 'succeeded') return { facts: report.facts }
  if (report) return { failure: { code: report.code, message: report.message } }
  if (reason === 'OOMKilled')
    return unheard(
      'JOB_OUT_OF_MEMORY',
      'It needed more memory than it may have. Raise jobs.memory of the chart.',
    )
  if (failed === 'DeadlineExceeded')
    return unheard(
      'JOB_TOO_LONG',
      'It had not ended by its deadline. Look whether the store is slow, or the image is missing.',
    )
  return unheard(
    'JOB_UNHEARD',
    'Its pod was gone before it could be heard: it was evicted or deleted, or its node was lost.',
  )
}

const unheard = (code: (typeof endCodes)[number], message: string) => ({ failure: { code, message } })
