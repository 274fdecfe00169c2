/**
 * A plain client of the API server for the harness and for tests: JSON in, JSON out. The operator's own client is
 * what is being tested; this one is deliberately another.
 */
import { createInterface } from 'node:readline'
import { Agent, request } from 'undici'
import { type Credential } from './kubeconfig.ts'

/** What every object has; the rest is the reader's to name. */
export interface KubeJson {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    deletionTimestamp?: string
    deletionGracePeriodSeconds?: number
  }
}

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

export class KubeStatusError extends Error {
  readonly status: number
  readonly reason: string
  constructor(status: number, reason: string, message: string) {
    super(message)
    this.name = 'KubeStatusError'
    this.status = status
    this.reason = reason
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface KubeClient {
  /** `path` begins with /api or /apis. A PATCH is a merge patch unless `contentType` says otherwise. */
  call<T = KubeJson>(method: Method, path: string, body?: unknown, contentType?: string): Promise<T>
  /** As `call`, but undefined for 404. */
  find<T = KubeJson>(path: string): Promise<T | undefined>
  /** What a path without JSON says, such as /readyz; undefined when nothing answers. */
  probe(path: string): Promise<{ status: number; text: string } | undefined>
  watch<T = KubeJson>(path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>>
  close(): Promise<void>
}

export function connect(server: string, ca: string, credential: Credential): KubeClient {
  const certificate = 'token' in credential ? {} : credential
  const dispatcher = new Agent({ connect: { ca, ...certificate }, bodyTimeout: 0, connections: 64 })
  const headers: Record<string, string> =
    'token' in credential ? { authorization: `Bearer ${credential.token}` } : {}

  const send = (method: Method, path: string, body?: unknown, contentType?: string, signal?: AbortSignal) =>
    request(`${server}${path}`, {
      method,
      dispatcher,
      headers: {
        ...headers,
        accept: 'application/json',
        ...(body === undefined
          ? {}
          : {
              'content-type':
                contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
            }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })

  const call = async <T>(method: Method, path: string, body?: unknown, contentType?: string): Promise<T> => {
    const response = await send(method, path, body, contentType)
    const answer = (await response.body.json()) as { reason?: string; message?: string }
    if (response.statusCode >= 400) {
      const { reason = 'Unknown', message = '' } = answer
      throw new KubeStatusError(
        response.statusCode,
        reason,
        `${method} ${path}: ${response.statusCode} ${message}`,
      )
    }
    return answer as T
  }

  return {
    call,
    find: async <T>(path: string) => {
      try {
        return await call<T>('GET', path)
      } catch (error) {
        if (error instanceof KubeStatusError && error.status === 404) return undefined
        throw error
      }
    },
    probe: async (path) => {
      try {
        const response = await send('GET', path)
        return { status: response.statusCode, text: await response.body.text() }
      } catch {
        return undefined
      }
    },
    watch: async function* <T>(path: string, signal: AbortSignal) {
      const response = await send('GET', path, undefined, undefined, signal)
      if (response.statusCode !== 200)
        throw new KubeStatusError(
          response.statusCode,
          'Unknown',
          `watch ${path}: ${await response.body.text()}`,
        )
      for await (const line of createInterface({ input: response.body, crlfDelay: Infinity }))
        yield JSON.parse(line) as WatchEvent<T>
    },
    close: () => dispatcher.destroy(),
  }
}
