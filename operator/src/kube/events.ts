import { manager } from '../api/v1alpha1/names.ts'
import { type Clock } from './clock.ts'
import { microTime } from './micro-time.ts'
import { collectionPath, objectPath } from './paths.ts'
import { type KubeObject } from './port.ts'
import { kinds } from './resource-kinds.ts'
import { type Transport } from './transport.ts'

export interface Happening {
  regarding: KubeObject
  type: 'Normal' | 'Warning'
  /** CamelCase, for machines. */
  reason: string
  /** What the operator was doing: `Provision`, `Rotate`. */
  action: string
  /** For a person. */
  note: string
}

export interface EventOptions {
  transport: Transport
  clock: Clock
  /** n random bytes: events have names of their own. */
  random: (bytes: number) => Uint8Array
  /** The process: the pod's name. */
  instance: string
  /** Ends what is under way. */
  signal: AbortSignal
  failed?: (error: unknown) => void
}

export interface EventRecorder {
  /** Never throws and never waits. The same happening again within 10 minutes is counted, not repeated. */
  record(happening: Happening): void
  /** Resolves when everything recorded so far was sent, or given up. */
  idle(): Promise<void>
}

interface Series {
  /** The event as the server has it; absent until it was created, or when that failed. */
  event?: KubeObject
  count: number
  sentCount: number
  lastAt: number
  sending: boolean
}

const aggregateMs = 600_000
/** A repeat is written at most so often. */
const seriesMs = 60_000
/** Different happenings that are remembered. */
const mostSeries = 1_000
/** Calls that may be under way or waiting; what comes above is dropped. */
const mostPending = 100
/** The API server refuses longer notes. */
const longestNote = 1_024

/** Events (events.k8s.io/v1): what a user should know, told where `kubectl describe` shows it. */
export function createEventRecorder(options: EventOptions): EventRecorder {
  const { transport, clock, random, instance, signal } = options
  const known = new Map<string, Series>()
  let pending = 0
  let queue: Promise<unknown> = Promise.resolve()

  function enqueue(work: () => Promise<void>): void {
    if (pending >= mostPending) {
      options.failed?.(new Error('Too many events at once: one was dropped.'))
      return
    }
    pending++
    queue = queue
      .then(work)
      .catch((error: unknown) => options.failed?.(error))
      .finally(() => pending--)
  }

  async function create({ regarding, type, reason, action, note }: Happening, series: Series): Promise<void> {
    const { name, uid, resourceVersion } = regarding.metadata
    // A cluster-wide object has no namespace; its events are in `default`.
    const namespace = regarding.metadata.namespace ?? 'default'
    const suffix = Buffer.from(random(8)).toString('hex')
    const metadata = { namespace, name: `${name.slice(0, 200)}.${suffix}` }
    series.event = (await transport.json({
      verb: 'create',
      kind: kinds.Event,
      path: collectionPath(kinds.Event, namespace),
      about: metadata,
      body: {
        apiVersion: kinds.Event.apiVersion,
        kind: 'Event',
        metadata,
        eventTime: microTime(series.lastAt),
        reportingController: `kiavi.eu/${manager}`,
        reportingInstance: instance.slice(0, 128),
        type,
        reason,
        action,
        note: note.length > longestNote ? `${note.slice(0, longestNote - 3)}...` : note,
        regarding: {
          apiVersion: regarding.apiVersion,
          kind: regarding.kind,
          ...(regarding.metadata.namespace === undefined ? {} : { namespace }),
          name,
          uid,
          resourceVersion,
        },
      },
      signal,
    })) as KubeObject
    series.sentCount = 1
  }

  async function repeat(series: Series): Promise<void> {
    const { event } = series
    if (!event || series.sentCount === series.count) return
    const { namespace, name } = event.metadata
    const about = { name, ...(namespace === undefined ? {} : { namespace }) }
    await transport.json({
      verb: 'patch',
      kind: kinds.Event,
      path: objectPath(kinds.Event, about),
      about,
      body: { series: { count: series.count, lastObservedTime: microTime(series.lastAt) } },
      signal,
    })
    series.sentCount = series.count
  }

  function again(series: Series, now: number): void {
    series.count++
    series.lastAt = now
    if (series.sending) return
    series.sending = true
    const flush = () => {
      series.sending = false
      if (!signal.aborted) enqueue(() => repeat(series))
    }
    // The first repeat is told at once, so that a series is seen as one; later ones are gathered.
    if (series.sentCount <= 1) flush()
    else clock.after(seriesMs, flush)
  }

  return {
    record(happening) {
      if (signal.aborted) return
      const { regarding, type, reason, action, note } = happening
      const key = JSON.stringify([regarding.metadata.uid, type, reason, action, note])
      const now = clock.now()
      const series = known.get(key)
      if (series && now - series.lastAt < aggregateMs) {
        again(series, now)
        return
      }
      known.delete(key)
      for (const oldest of known.keys()) {
        if (known.size < mostSeries) break
        known.delete(oldest)
      }
      const fresh: Series = { count: 1, sentCount: 0, lastAt: now, sending: false }
      known.set(key, fresh)
      enqueue(() => create(happening, fresh))
    },
    async idle() {
      await queue
    },
  }
}
