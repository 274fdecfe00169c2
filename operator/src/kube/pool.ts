import { createHash } from 'node:crypto'
import { Pool } from 'undici'
import { type TlsMaterial } from './credentials.ts'

/** Room for every watch and every worker; the work queue bounds the rest. */
const connections = 100

/**
 * One keep-alive pool for all calls and watches: a new TLS handshake per request costs more than the request.
 * It is replaced, and the old one left to run dry, when the TLS material changed or when its connections
 * are suspected of being half-open.
 */
export class ConnectionPool {
  readonly #origin: string
  #current: Pool | undefined
  #material = ''
  #closed = false
  readonly #retired = new Set<Pool>()

  constructor(origin: string) {
    this.#origin = origin
  }

  /** The pool to use with this TLS material. */
  take(tls: TlsMaterial): Pool {
    if (this.#closed) throw new Error('The transport is closed.')
    const material = fingerprint(tls)
    if (this.#current && material !== this.#material) this.retire(this.#current)
    this.#material = material
    this.#current ??= new Pool(this.#origin, {
      connections,
      allowH2: false,
      // The API server closes an idle connection after 90 s; we leave first, so that no request meets a closing one.
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 60_000,
      // The limits are ours, per call (time-limit.ts); a watch is silent for longer than these defaults.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { ...tls, timeout: 5_000, keepAlive: true, keepAliveInitialDelay: 15_000 },
    })
    return this.#current
  }

  /** New calls get fresh connections; those that run on `pool` may end. */
  retire(pool: Pool): void {
    if (this.#current === pool) this.#current = undefined
    this.#retired.add(pool)
    void pool.close().finally(() => this.#retired.delete(pool))
  }

  async close(): Promise<void> {
    this.#closed = true
    const pools = [...this.#retired, ...(this.#current ? [this.#current] : [])]
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}

function fingerprint(tls: TlsMaterial): string {
  const hash = createHash('sha256')
  for (const part of [tls.ca, tls.cert, tls.key, tls.servername, String(tls.rejectUnauthorized)]) {
    hash.update(part ?? '').update('\0')
  }
  return hash.digest('base64')
}
