import { type Clock } from './clock.ts'
import { type Retry } from './errors.ts'
import { type Next, WorkQueue } from './work-queue.ts'

/** What a reconcile found to do next: look again after so long, or wait for a change. */
export interface Outcome {
  afterMs?: number
  /** For the line of truth: what was done and seen, in a few words or figures. Never a secret. */
  facts?: Record<string, unknown>
}

/** One reconcile, told once it has ended: the line of truth. */
export interface ReconcileReport {
  controller: string
  key: string
  result: 'done' | 'after' | 'retry' | 'conflict' | 'stopped'
  seconds: number
  facts?: Record<string, unknown>
  /** Absent for a conflict: the world moved on, which is no error. */
  error?: unknown
  errorCode?: string
}

export interface ControllerHooks {
  ended?: (report: ReconcileReport) => void
  span?: <T>(name: string, attributes: Record<string, string>, run: () => Promise<T>) => Promise<T>
}

export interface ControllerOptions {
  name: string
  /** Observes, decides and acts for one key. The signal is aborted when it must end at once. */
  reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>
  concurrency: number
  clock: Clock
  random: () => number
  /** Aborted: nothing new starts. */
  signal: AbortSignal
  /** How long reconciles under way may go on then, in milliseconds. */
  graceMs?: number
  /** Limit of one reconcile, in milliseconds: a hanging one must not keep its key and a worker for ever. */
  limitMs?: number
  hooks?: ControllerHooks
}

/** An error of ours, whoever made it: what the queue has to know. */
interface Classified {
  code?: unknown
  retry?: Retry
  retryAfterMs?: unknown
}

/** With `never`, only a change helps; but a policy may change unseen, so it is looked at again after so long. */
const neverMs = 600_000

/** A queue whose keys are reconciled. Errors are classed, told once, and never thrown into the queue. */
export function startController(options: ControllerOptions): WorkQueue {
  const { name, clock, hooks = {}, limitMs = 120_000 } = options
  const span = hooks.span ?? ((_name, _attributes, run) => run())

  async function run(key: string, signal: AbortSignal): Promise<Next> {
    const began = clock.monotonic()
    const told = (report: Omit<ReconcileReport, 'controller' | 'key' | 'seconds'>) =>
      hooks.ended?.({ controller: name, key, seconds: (clock.monotonic() - began) / 1000, ...report })
    const limit = new AbortController()
    const stop = () => {
      limit.abort(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
    const cancel = clock.after(limitMs, () => {
      limit.abort(new Error(`The reconcile took longer than ${limitMs} ms.`))
    })
    try {
      const work = () => options.reconcile(key, limit.signal)
      const { afterMs, facts } = await span(`reconcile ${name}`, { 'kiavi.key': key }, work)
      told({ result: afterMs === undefined ? 'done' : 'after', ...(facts === undefined ? {} : { facts }) })
      return afterMs === undefined ? { next: 'done' } : { next: 'after', ms: afterMs }
    } catch (error) {
      const { code, retry, retryAfterMs } = error as Classified
      if (signal.aborted) {
        told({ result: 'stopped' })
        return { next: 'done' }
      }
      if (code === 'KUBE_CONFLICT') {
        told({ result: 'conflict' })
        return { next: 'retry', soon: true }
      }
      told({ result: 'retry', error, errorCode: typeof code === 'string' ? code : 'UNEXPECTED' })
      if (retry === 'never') return { next: 'after', ms: neverMs }
      return {
        next: 'retry',
        soon: retry === 'soon',
        ...(typeof retryAfterMs === 'number' ? { atLeastMs: retryAfterMs } : {}),
      }
    } finally {
      cancel()
      signal.removeEventListener('abort', stop)
    }
  }

  return new WorkQueue({
    run,
    concurrency: options.concurrency,
    clock,
    random: options.random,
    signal: options.signal,
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
  })
}
