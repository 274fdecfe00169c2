import { type Clock } from '../../operator/src/kube/clock.ts'
import { KubeAlreadyExists, KubeConflict, KubeNotFound, KubeTimeout } from '../../operator/src/kube/errors.ts'
import { type LeaseSpec } from '../../operator/src/kube/lease-record.ts'
import { type KubeObject } from '../../operator/src/kube/port.ts'
import { type Transport } from '../../operator/src/kube/transport.ts'

type Lease = KubeObject & { spec: LeaseSpec }

/** The API server's rules for one Lease, in memory, so that a test can own the time. */
export function leaseServer(clock: Clock) {
  let revision = 0
  const server = {
    lease: undefined as Lease | undefined,
    writes: [] as LeaseSpec[],
    /** Thrown at the next calls instead of an answer; after the write when `afterwards`. */
    trouble: undefined as { error: Error; afterwards?: boolean } | undefined,
    hang: false,
    transport: {
      json: (call) => {
        if (server.hang) {
          return new Promise((_resolve, reject) => {
            const cancel = clock.after(call.timeoutMs ?? 10_000, () => {
              reject(new KubeTimeout('no answer'))
            })
            call.signal?.addEventListener('abort', () => {
              cancel()
              reject(call.signal?.reason as Error)
            })
          })
        }
        return Promise.resolve().then(() => {
          if (server.trouble && !server.trouble.afterwards) throw server.trouble.error
          const answer = act(call.verb, call.body as Lease)
          if (server.trouble) throw server.trouble.error
          return answer
        })
      },
      lines: () => Promise.reject(new Error('not here')),
      close: () => Promise.resolve(),
    } satisfies Transport as Transport,
  }
  function act(verb: string, body: Lease): Lease {
    const { lease } = server
    if (verb === 'get') {
      if (!lease) throw new KubeNotFound('no lease', { absent: true })
      return structuredClone(lease)
    }
    if (verb === 'create' && lease) throw new KubeAlreadyExists('taken')
    if (verb === 'update') {
      if (!lease) throw new KubeNotFound('no lease', { absent: true })
      if (body.metadata.resourceVersion !== lease.metadata.resourceVersion) throw new KubeConflict('moved on')
    }
    server.writes.push(body.spec)
    server.lease = { ...body, metadata: { ...body.metadata, resourceVersion: String(++revision) } }
    return structuredClone(server.lease)
  }
  return server
}
