import { type AnyReport, type ContainerReport, type StoredFacts } from './job-report.ts'

/** How one container of a Job ended. */
export interface ContainerEnd<Report extends AnyReport = ContainerReport> {
  report: Report | undefined
  /** Kubernetes' own word, such as OOMKilled; absent while it runs. */
  reason: string | undefined
}

export interface JobEnd {
  /** The reason of the Job's condition Failed, such as DeadlineExceeded. */
  failed: string | undefined
  dump: ContainerEnd | undefined
  store: ContainerEnd | undefined
}

/** Why an attempt failed where no container could say it. Listed in docs/errors.md. */
export const endCodes = [
  'JOB_UNHEARD',
  'JOB_DISAGREES',
  'JOB_OUT_OF_MEMORY',
  'JOB_TOO_LONG',
  'JOB_FOREIGN',
] as const

export interface AttemptFailure {
  code: string
  message: string
}

/** What they say because the other one failed: the other one's word comes first. */
const echoes = ['PEER_FAILED', 'PIPE_CUT', 'JOB_STOPPED']

/**
 * What became of an attempt whose Job has ended. It is a backup when both containers say so, and the same: the one that
 * read the database and the one that read the object back from the store.
 */
export function judgeEnd(object: string, end: JobEnd): { stored: StoredFacts } | { failure: AttemptFailure } {
  const { dump, store } = end
  const [read, written] = [dump?.report, store?.report]
  if (read?.result === 'succeeded' && written?.result === 'succeeded') {
    const isSame = JSON.stringify(read.facts) === JSON.stringify(written.facts)
    if (isSame && written.facts.object === object) return { stored: written.facts }
    const what = isSame ? 'of another backup than it was told to make' : 'two different things'
    return failed(
      'JOB_DISAGREES',
      `The containers of the Job tell of ${what}. Use one image for both, and report this.`,
    )
  }
  return { failure: causeOf([dump, store], end.failed) }
}

/** Why a Job failed: in the words of the container that knows, or else of Kubernetes. */
export function causeOf(
  containers: readonly (ContainerEnd<AnyReport> | undefined)[],
  failedBecause: string | undefined,
): AttemptFailure {
  const said = containers.flatMap((each) => (each?.report?.result === 'failed' ? [each.report] : []))
  const cause = said.find(({ code }) => !echoes.includes(code))
  if (cause) return { code: cause.code, message: cause.message }
  if (containers.some((container) => container?.reason === 'OOMKilled'))
    return {
      code: 'JOB_OUT_OF_MEMORY',
      message:
        'A container of the Job needed more memory than it may have. Raise jobs.memory of the chart: parts of an upload grow with the database.',
    }
  if (failedBecause === 'DeadlineExceeded')
    return {
      code: 'JOB_TOO_LONG',
      message:
        'The Job had not ended by its deadline. Look whether database, store or image are slow or missing.',
    }
  const [echo] = said
  if (echo) return { code: echo.code, message: echo.message }
  return {
    code: 'JOB_UNHEARD',
    message:
      'The Job ended, and its pod was gone before it could be heard: it was evicted or deleted, or its node was lost.',
  }
}

const failed = (code: (typeof endCodes)[number], message: string) => ({ failure: { code, message } })
