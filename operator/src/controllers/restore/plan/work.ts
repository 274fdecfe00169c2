import { type RestoreWork } from '../../../api/v1alpha1/names.ts'
import { type JobsEnd } from '../judge-end.ts'
import { type Place } from '../observed.ts'
import { type RestoreLedger } from '../ledger.ts'
import { type RestorePlan, againMs, write } from '../steps.ts'
import { failed } from '../turns.ts'

/** The Job of a phase: its policy, then itself, then its end; `ended` says what follows from that. */
export function planJob(
  work: RestoreWork,
  { job }: Pick<Place, 'job'>,
  ledger: RestoreLedger,
  ended: (end: JobsEnd) => RestorePlan,
): RestorePlan {
  if (!job) return { againMs: againMs.waiting }
  switch (job.state) {
    case 'absent': {
      if (job.isPolicySettled) return { step: { do: 'createJob', work } }
      return { step: { do: 'ensurePolicy', component: componentOf(work) } }
    }
    case 'foreign': {
      const message =
        "The name of a Job is taken by one that is not the operator's. Delete that one, and make another KiaviRestore."
      return write(failed(ledger, { code: 'JOB_FOREIGN', message }))
    }
    case 'running':
      return { againMs: againMs.running }
    case 'ended':
      return ended(job.end)
  }
}

/** Those that read the store, and those that work on the database aside alone. */
export const componentOf = (work: RestoreWork): 'restore' | 'aside' =>
  work === 'find' || work === 'load' ? 'restore' : 'aside'
