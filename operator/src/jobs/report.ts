import { JobError } from '../backups/errors.ts'
import { type Progress } from './job.ts'

/** What a program found: names and figures, nothing of people. */
export type JobFacts = Record<string, string | number>

/** The last line of a container, and its termination message. */
export type JobReport =
  { result: 'succeeded'; facts: JobFacts } | { result: 'failed'; code: string; message: string }

/** Kubernetes keeps no more of a termination message. */
export const mostReportBytes = 4096

export const succeeded = (facts: JobFacts): JobReport => ({ result: 'succeeded', facts })

/** The failure as it is told. Only errors of ours say a sentence that was written for a person; others name their kind. */
export function failed(error: unknown): JobReport {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'JOB_FAILED'
  const ours = error instanceof JobError || (error instanceof Error && 'condition' in error)
  const name = error instanceof Error ? error.name : 'failure'
  const message = ours
    ? error.message
    : `An unforeseen ${name} (${code}). Report it, with the version of the image.`
  return { result: 'failed', code: ours ? code : 'JOB_FAILED', message }
}

/** One line of JSON that fits: a message that is too long is cut. */
export function reportLine(report: JobReport): string {
  const line = JSON.stringify(report)
  if (Buffer.byteLength(line) <= mostReportBytes || report.result === 'succeeded') return line
  return JSON.stringify({ ...report, message: `${report.message.slice(0, 900)} ...` })
}

/** Tells progress as lines of JSON: at most one a second, and each with all that is known. */
export function progressLines(
  write: (line: string) => void,
  monotonicMs: () => number,
): (progress: Progress) => void {
  let known: Progress = {}
  let told = Number.NEGATIVE_INFINITY
  return (progress) => {
    known = { ...known, ...progress }
    if (monotonicMs() - told < 1_000) return
    told = monotonicMs()
    write(JSON.stringify({ progress: known }))
  }
}
