import { because } from '../codes.ts'
import { isTrue } from '../../conditions.ts'
import { judgeProbe } from '../judge-end.ts'
import { type RestorePlan, againMs, write } from '../steps.ts'
import { entered, failed } from '../turns.ts'
import { secondsSince } from './facts.ts'
import { referenceOf } from './filling.ts'
import { planJob } from './work.ts'
import { type Underway } from './underway.ts'

/** Of a drill: the runtime of the tenant serves the database aside in a pod that reaches nothing else. */
export function planTrying(underway: Underway): RestorePlan {
  const { seen, place, ledger, current } = underway
  const { number } = current
  const databases = place.needs?.databases
  const aside = databases?.databases.find((each) => each.kind === 'aside' && each.number === number)
  if (!databases) return { againMs: againMs.waiting }
  if (!aside) return write(failed(ledger, lost))
  const isIn = (['owner', 'app'] as const).every((role) => aside.mayConnect.includes(role))
  if (place.job?.state === 'absent' && !isIn) {
    const step = { do: 'letIn', number, roles: ['owner', 'app'] } as const
    return { step: { do: 'aside', of: referenceOf(underway), step: { ...step, roles: [...step.roles] } } }
  }
  return planJob('drill', place, ledger, (end) => {
    const judged = judgeProbe(end)
    if ('failure' in judged) return write(failed(ledger, judged.failure))
    return write(entered(ledger, 'Clearing', { recoverySeconds: secondsSince(current, seen.now) }))
  })
}

/** The tenant's own controller proves that it serves: it was seen not to, before the database was replaced. */
export function planProving({ seen, place, ledger, current }: Underway): RestorePlan {
  const { conditions } = place.tenant.status
  if (!isTrue(conditions, 'Ready')) return { againMs: againMs.waiting }
  return write(entered(ledger, 'Clearing', { recoverySeconds: secondsSince(current, seen.now) }))
}

const lost = because(
  'RESTORE_DATABASE_GONE',
  'The database aside is gone: somebody dropped it. Nothing else was touched; make another KiaviRestore.',
)
