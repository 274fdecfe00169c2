import { type Clock, sleep } from './clock.ts'
import { KubeError } from './errors.ts'
import { LeaseRecord } from './lease-record.ts'
import { type Transport } from './transport.ts'

export interface LeaseOptions {
  transport: Transport
  namespace: string
  name: string
  /** Unique for each process: the pod's name with something random. */
  identity: string
  clock: Clock
  /** 0 to 1. */
  random: () => number
  /** Aborted: stop leading, give the Lease back, end. */
  signal: AbortSignal
  /** Told of every error that was survived. */
  failed?: (error: unknown) => void
}

export interface Leadership {
  /** How often leadership has changed hands: what a leader writes down so that its successor can tell. */
  epoch: number
  /** Aborted when leading ends, whatever the reason. */
  signal: AbortSignal
  /** Throws `NotLeading` unless we surely lead at this moment. */
  fence: () => void
}

/** We do not surely hold the Lease: nothing may be decided. */
export class NotLeading extends KubeError {
  override readonly code = 'KUBE_NOT_LEADING'
  override readonly retry = 'soon'
}

/** In milliseconds. The difference of the first two is what clocks and pauses may be off by. */
const others = { wait: 15_000 }
const renewDeadlineMs = 10_000
const retryMs = 2_000

/**
 * Runs `work` each time we hold the Lease, until the signal is aborted; never twice at once.
 *
 * We lead for 10 s from the moment before a renewal was *sent* that succeeded; others wait 15 s from the moment at
 * which they *saw* it. Work that does not end after its signal keeps us from running for the Lease again, and from
 * giving it back: the next leader must not begin beside ours.
 */
export async function lead(
  options: LeaseOptions,
  work: (leadership: Leadership) => Promise<void>,
): Promise<void> {
  const { clock, signal, random, failed } = options
  const record = new LeaseRecord({ ...options, durationMs: others.wait })
  const pause = () => sleep(clock, retryMs * (0.9 + random() / 5), signal)
  // A function: the signal changes while we wait, which the type checker does not see.
  const stopped = () => signal.aborted
  while (!stopped()) {
    const sent = clock.monotonic()
    try {
      if (await record.hold(signal)) await term(options, record, sent, work)
      if (!stopped()) await pause()
    } catch (error) {
      if (stopped()) return
      failed?.(error)
      await pause().catch(() => {})
    }
  }
}

/** One time of leading: from a hold that was sent at `sent` until it is lost, given up, or the work ends. */
async function term(
  { clock, random, signal, failed }: LeaseOptions,
  record: LeaseRecord,
  sent: number,
  work: (leadership: Leadership) => Promise<void>,
): Promise<void> {
  const term = new AbortController()
  const stop = () => {
    term.abort(signal.reason)
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  const end = (why: string) => {
    term.abort(new NotLeading(`Leading has ended: ${why}.`))
  }

  // On both clocks: the monotonic one stands still while a machine sleeps, the wall clock can be set.
  let until = { monotonic: 0, wall: 0 }
  let cancelDeadline = () => {}
  const extend = (sentAt: number) => {
    const left = sentAt + renewDeadlineMs - clock.monotonic()
    until = { monotonic: clock.monotonic() + left, wall: clock.now() + left }
    cancelDeadline()
    // A timer keeps the deadline, not the end of a call that may hang.
    cancelDeadline = clock.after(Math.max(left, 0), () => {
      end('the Lease could not be renewed in time')
    })
  }
  const fence = () => {
    if (term.signal.aborted || clock.monotonic() >= until.monotonic || clock.now() >= until.wall) {
      throw new NotLeading('The Lease is not surely ours any more: nothing is written.')
    }
  }

  extend(sent)
  const working = work({ epoch: record.epoch, signal: term.signal, fence })
    .catch((error: unknown) => failed?.(error))
    .finally(() => {
      end('the work is over')
    })
  while (!term.signal.aborted) {
    try {
      await sleep(clock, retryMs * (0.9 + random() / 5), term.signal)
      const sentAt = clock.monotonic()
      if (await record.hold(term.signal)) extend(sentAt)
      else end('somebody else holds the Lease')
    } catch (error) {
      if (error !== term.signal.reason) failed?.(error)
    }
  }
  cancelDeadline()
  await working
  signal.removeEventListener('abort', stop)
  await record.release().catch((error: unknown) => failed?.(error))
}
