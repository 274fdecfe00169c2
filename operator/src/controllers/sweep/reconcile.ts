import { OperatorError } from '../errors.ts'
import { actOnBooks, actOnSweep } from './act.ts'
import { type SweepNote, noteOfSweep } from './note.ts'
import { observeSweep } from './observe.ts'
import { type SweepObserved } from './observed.ts'
import { booksOf, planSweep } from './plan.ts'
import { type SweepPorts } from './ports.ts'

/** What one look at a class's store came to; told to logs, metrics and the class by who called. */
export interface SweepOutcome {
  /** What was done, by the names of the steps. */
  steps: string[]
  note: SweepNote | undefined
  /** When to look again, in milliseconds; absent when there is nothing to wait for. */
  againMs: number | undefined
  error: Error | undefined
}

/** A policy and a Job. */
const mostSteps = 4

/** Sees to it that a class's store is swept once in each slot, and that its KiaviBackups say what is gone. */
export function createSweepReconciler(ports: SweepPorts) {
  return async function reconcile(className: string): Promise<SweepOutcome> {
    const steps: string[] = []
    let seen: SweepObserved | undefined
    let againMs: number | undefined
    let error: Error | undefined
    try {
      for (;;) {
        seen = await observeSweep(className, ports)
        const plan = planSweep(seen)
        if (!('step' in plan)) {
          againMs = plan.againMs
          break
        }
        if (!seen.place) throw new TypeError('A sweep was planned for a class without a store.')
        if (steps.length >= mostSteps) {
          const message = `Still to do after ${mostSteps} steps: ${plan.step.do}.`
          throw new OperatorError('NOT_SETTLED', message, { retry: 'backoff' })
        }
        await actOnSweep(plan.step, { className, class: seen.place.class }, ports)
        steps.push(plan.step.do)
      }
    } catch (caught) {
      error = asError(caught)
    }
    // One KiaviBackup that cannot be written keeps no other from it, nor the store from being swept.
    for (const step of seen ? booksOf(seen) : []) {
      try {
        await actOnBooks(step, ports)
        steps.push(step.do)
      } catch (caught) {
        error ??= asError(caught)
      }
    }
    return { steps, note: seen && noteOfSweep(seen), againMs, error }
  }
}

const asError = (caught: unknown): Error => (caught instanceof Error ? caught : new Error(String(caught)))
