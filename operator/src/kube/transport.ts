import { type Dispatcher } from 'undici'
import { type ApiCall, contentTypeOf, isWrite, methodOf, wordsFor } from './api-call.ts'
import { type Clock, sleep } from './clock.ts'
import { type Access, type Credential } from './credentials.ts'
import { KubeError, KubeTimeout, KubeUnavailable } from './errors.ts'
import { lines } from './lines.ts'
import { ConnectionPool } from './pool.ts'
import { retryAfterMs } from './retry-after.ts'
import { type StatusBody, statusError } from './status-error.ts'
import { type TimeLimit, timeLimit } from './time-limit.ts'

/** Default limit of a call, in milliseconds. */
const callLimitMs = 10_000
/** How long a credential is believed before its files are looked at again, in milliseconds. */
const credentialAgeMs = 60_000

export interface TransportHooks {
  /** Told of each answer: its HTTP status, or our error's code when none came. */
  answered?: (call: ApiCall, code: string, seconds: number) => void
  /** Runs each call inside a span. */
  span?: <T>(name: string, attributes: Record<string, string>, run: () => Promise<T>) => Promise<T>
}

export interface TransportOptions {
  access: Access
  clock: Clock
  /** 0 to 1: spreads the waits that `Retry-After` asks for. */
  random: () => number
  hooks?: TransportHooks
  userAgent?: string
}

export interface Transport {
  /** The answer's JSON. Throws a `KubeError`, or the reason of the call's own signal. */
  json(call: ApiCall): Promise<unknown>
  /** The lines of an endless answer, once its headers are there. Leaving the loop closes the connection. */
  lines(call: ApiCall): Promise<AsyncGenerator<string, void, undefined>>
  /** Cuts every connection. */
  close(): Promise<void>
}

/**
 * HTTP to the API server on one pool of connections. Waits out a 429 as far as the call's limit allows, reads the
 * credential again on a 401 (once), and repeats nothing else.
 */
export function createTransport({
  access,
  clock,
  random,
  hooks = {},
  userAgent,
}: TransportOptions): Transport {
  const { origin, pathname } = new URL(access.server)
  const root = pathname.replace(/\/$/, '')
  const pool = new ConnectionPool(origin)
  let credential: { value: Promise<Credential>; readAt: number } | undefined

  function currentCredential(again: boolean): Promise<Credential> {
    const now = clock.monotonic()
    if (again || !credential || now - credential.readAt > credentialAgeMs) {
      const value = access.credential(again)
      credential = { value, readAt: now }
      value.catch(() => (credential = undefined))
    }
    return credential.value
  }

  async function attempt(call: ApiCall, again: boolean, limit: TimeLimit): Promise<Dispatcher.ResponseData> {
    const started = clock.monotonic()
    const told = (code: string) => hooks.answered?.(call, code, (clock.monotonic() - started) / 1000)
    const { headers, tls } = await currentCredential(again).catch((cause: unknown) => {
      throw new KubeUnavailable(`${wordsFor(call)}: the credential cannot be read: ${describe(cause)}`, {
        cause,
      })
    })
    const connections = pool.take(tls)
    try {
      const response = await connections.request({
        method: methodOf(call.verb),
        path: root + call.path + (call.query ? `?${new URLSearchParams(call.query).toString()}` : ''),
        headers: {
          ...headers,
          accept: 'application/json',
          'user-agent': userAgent ?? 'kiavi-operator',
          ...(call.body === undefined ? {} : { 'content-type': contentTypeOf(call.verb) }),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: limit.signal,
      })
      told(String(response.statusCode))
      return response
    } catch (cause) {
      // Silence may mean that the connections are half-open: the next call shall not meet another of them.
      if (limit.expired()) pool.retire(connections)
      const error = lost(call, limit, cause)
      told(error instanceof KubeError ? error.code : 'ABORTED')
      throw error
    }
  }

  async function send(call: ApiCall, limit: TimeLimit, deadline: number): Promise<Dispatcher.ResponseData> {
    for (let again = false; ;) {
      const response = await attempt(call, again, limit)
      const { statusCode } = response
      if (statusCode < 400) return response
      const asked = header(response, 'retry-after')
      const wait = asked === undefined && statusCode !== 429 ? undefined : retryAfterMs(asked, clock.now())
      if (statusCode === 401 && !again) {
        again = true
        await response.body.dump()
      } else if (statusCode === 429 && wait !== undefined && clock.monotonic() + wait < deadline) {
        await response.body.dump()
        await sleep(clock, wait * (1 + random() / 4), limit.signal).catch((cause: unknown) => {
          throw lost(call, limit, cause)
        })
      } else {
        throw await refused(call, response, wait)
      }
    }
  }

  async function refused(call: ApiCall, response: Dispatcher.ResponseData, wait: number | undefined) {
    const body = await response.body.json().catch(() => undefined)
    return statusError(body as StatusBody | undefined, {
      status: response.statusCode,
      asked: wordsFor(call),
      secret: call.kind.kind === 'Secret',
      write: isWrite(call.verb),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    })
  }

  async function begin(call: ApiCall) {
    call.signal?.throwIfAborted()
    const ms = call.timeoutMs ?? callLimitMs
    const limit = timeLimit(clock, ms, call.signal)
    try {
      return { limit, response: await send(call, limit, clock.monotonic() + ms) }
    } catch (error) {
      limit.release()
      throw error
    }
  }

  const span: NonNullable<TransportHooks['span']> = hooks.span ?? ((_name, _attributes, run) => run())

  return {
    json: (call) =>
      span(wordsFor({ verb: call.verb, kind: call.kind, path: '' }), attributes(call), async () => {
        const { limit, response } = await begin(call)
        try {
          return await response.body.json()
        } catch (cause) {
          if (cause instanceof SyntaxError) {
            throw new KubeUnavailable(`${wordsFor(call)}: the answer is not JSON`, {
              outcomeUnknown: isWrite(call.verb),
            })
          }
          throw lost(call, limit, cause)
        } finally {
          limit.release()
        }
      }),

    async lines(call) {
      const { limit, response } = await begin(call)
      limit.lift()
      return (async function* () {
        try {
          yield* lines(response.body)
        } catch (cause) {
          throw lost(call, limit, cause)
        } finally {
          response.body.destroy()
          limit.release()
        }
      })()
    },

    close: () => pool.close(),
  }
}

const neverSent = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** No answer came: our limit, the caller's signal, or the network. */
function lost(call: ApiCall, limit: TimeLimit, cause: unknown): Error {
  if (call.signal?.aborted) return call.signal.reason as Error
  const write = isWrite(call.verb)
  if (limit.expired()) {
    const advice = write ? ' Its outcome is unknown: read before repeating.' : ''
    return new KubeTimeout(`${wordsFor(call)}: no answer within the time limit.${advice}`, {
      outcomeUnknown: write,
    })
  }
  const outcomeUnknown = write && !neverSent.has((cause as { code?: string }).code ?? '')
  return new KubeUnavailable(`${wordsFor(call)}: ${describe(cause)}`, { outcomeUnknown, cause })
}

function describe(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string }
  return message || code || String(cause)
}

function header(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function attributes({ verb, kind, about }: ApiCall): Record<string, string> {
  return {
    'k8s.verb': verb,
    'k8s.kind': kind.kind,
    ...(about?.namespace === undefined ? {} : { 'k8s.namespace.name': about.namespace }),
    ...(about?.name === undefined ? {} : { 'k8s.object.name': about.name }),
  }
}
