import { backoffMs } from './backoff.ts'
import { type Clock } from './clock.ts'
import { longTimer } from './long-timer.ts'

/** `change`: something happened, somebody may be waiting. `resync`: a look around that nobody waits for. */
export type Priority = 'change' | 'resync'

/** What a run wants next for its key. */
export type Next =
  | { next: 'done' }
  /** Look again after this time, however long. */
  | { next: 'after'; ms: number }
  /** It failed. `soon`: the world moved, look at once. `atLeastMs`: somebody asked us to stay away that long. */
  | { next: 'retry'; soon?: boolean; atLeastMs?: number }

export interface WorkQueueOptions {
  run: (key: string, signal: AbortSignal) => Promise<Next>
  concurrency: number
  clock: Clock
  /** 0 to 1. */
  random: () => number
  /** Aborted: nothing new starts; runs under way have `graceMs` to end, then their signal is aborted. */
  signal: AbortSignal
  graceMs?: number
  /** A run threw: a bug, since a run should return what it wants next. The key is tried again with backoff. */
  failed?: (key: string, error: unknown) => void
}

interface Entry {
  readonly key: string
  priority: Priority
  /** When it shall run next, on the monotonic clock; absent: not asked for. */
  due?: number
  ready: boolean
  running: boolean
  failures: number
  /** Failures in a row that asked for `soon`. */
  hurried: number
  cancel?: () => void
}

const retryDelay = { least: 1_000, most: 300_000 }
const soonDelay = { least: 25, most: 1_000 }
/** After so many in a row, `soon` is an ordinary failure. */
const mostHurried = 6
/** Every so many starts, the oldest resync goes before the changes, so that it cannot starve. */
const resyncTurn = 10

/**
 * Keys to work on: each at most once at a time and once in the queue, the earliest wish wins, changes go before
 * resyncs. What is asked for during a run of the same key happens after it; no wish is lost.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions
  readonly #entries = new Map<string, Entry>()
  readonly #ready: Record<Priority, Set<Entry>> = { change: new Set(), resync: new Set() }
  readonly #runs = new AbortController()
  #running = 0
  #starts = 0
  #stopped = false
  #cancelGrace = () => {}
  readonly #drained = Promise.withResolvers<undefined>()

  constructor(options: WorkQueueOptions) {
    this.#options = options
    if (options.signal.aborted) this.#stop()
    else options.signal.addEventListener('abort', () => this.#stop(), { once: true })
  }

  /** Asks for a run of this key, now or later. */
  add(
    key: string,
    { afterMs = 0, priority = 'change' }: { afterMs?: number; priority?: Priority } = {},
  ): void {
    if (this.#stopped) return
    const entry = this.#entry(key)
    if (priority === 'change' && entry.priority === 'resync') {
      if (this.#ready.resync.delete(entry)) this.#ready.change.add(entry)
      entry.priority = 'change'
    }
    this.#wish(entry, afterMs)
    this.#pump()
  }

  /** Ends the runs under way at once: the right to do anything is gone. */
  abort(reason: unknown): void {
    this.#stop()
    this.#runs.abort(reason)
  }

  /** Resolves when the queue was stopped and its last run has ended. */
  get drained(): Promise<unknown> {
    return this.#drained.promise
  }

  /** Figures for the metrics. */
  depth(): { ready: number; waiting: number; running: number } {
    const ready = this.#ready.change.size + this.#ready.resync.size
    return { ready, running: this.#running, waiting: this.#entries.size - ready - this.#running }
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key)
    if (!entry) {
      entry = { key, priority: 'resync', ready: false, running: false, failures: 0, hurried: 0 }
      this.#entries.set(key, entry)
    }
    return entry
  }

  #wish(entry: Entry, afterMs: number): void {
    const due = this.#options.clock.monotonic() + Math.max(afterMs, 0)
    if (entry.ready || (entry.due !== undefined && entry.due <= due)) return
    entry.due = due
    if (!entry.running) this.#arm(entry, due)
  }

  /** Ready now, or by a timer. Starts nothing itself: the caller is in the middle of its own change. */
  #arm(entry: Entry, due: number): void {
    const { clock } = this.#options
    entry.cancel?.()
    const ready = () => {
      entry.ready = true
      this.#ready[entry.priority].add(entry)
    }
    const ms = due - clock.monotonic()
    if (ms <= 0) ready()
    else {
      entry.cancel = longTimer(clock, ms, () => {
        ready()
        this.#pump()
      })
    }
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.#options.concurrency) {
      const entry = this.#pick()
      if (!entry) return
      void this.#start(entry)
    }
  }

  #pick(): Entry | undefined {
    const { change, resync } = this.#ready
    const turn = this.#starts % resyncTurn === resyncTurn - 1
    const [first, second] = turn ? [resync, change] : [change, resync]
    const from = first.size > 0 ? first : second
    const [entry] = from
    if (entry) from.delete(entry)
    return entry
  }

  async #start(entry: Entry): Promise<void> {
    this.#starts++
    this.#running++
    entry.ready = false
    entry.running = true
    entry.priority = 'resync'
    delete entry.due
    let next: Next
    try {
      next = await this.#options.run(entry.key, this.#runs.signal)
    } catch (error) {
      next = { next: 'retry' }
      this.#options.failed?.(entry.key, error)
    }
    this.#running--
    this.#end(entry, next)
  }

  #end(entry: Entry, next: Next): void {
    if (this.#stopped) {
      this.#entries.delete(entry.key)
      if (this.#running === 0) this.#finish()
      return
    }
    const delay = this.#delay(entry, next)
    if (delay !== undefined) this.#wish(entry, delay)
    entry.running = false
    if (entry.due === undefined) this.#entries.delete(entry.key)
    else this.#arm(entry, entry.due)
    this.#pump()
  }

  #delay(entry: Entry, next: Next): number | undefined {
    if (next.next !== 'retry') {
      entry.failures = entry.hurried = 0
      return next.next === 'after' ? next.ms : undefined
    }
    const { random } = this.#options
    const soon = next.soon === true && entry.hurried < mostHurried
    const delay = soon
      ? backoffMs(++entry.hurried, soonDelay, random)
      : backoffMs(++entry.failures, retryDelay, random)
    return Math.max(delay, next.atLeastMs ?? 0)
  }

  #stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    for (const entry of this.#entries.values()) {
      entry.cancel?.()
      if (!entry.running) this.#entries.delete(entry.key)
    }
    this.#ready.change.clear()
    this.#ready.resync.clear()
    if (this.#running === 0) this.#finish()
    else {
      const { clock, graceMs = 20_000, signal } = this.#options
      this.#cancelGrace = clock.after(graceMs, () => this.#runs.abort(signal.reason))
    }
  }

  #finish(): void {
    this.#cancelGrace()
    this.#drained.resolve(undefined)
  }
}
