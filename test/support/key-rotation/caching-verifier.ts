import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'

export interface CachingVerifierOptions {
  issuer: string
  fetch: typeof fetch
  /** How often over its max-age a JWKS is kept: 2 is what a cache on the way adds at worst. */
  times: number
  /** Milliseconds. */
  now: () => number
}

/** A verifier that keeps a JWKS to the end of its time and asks for no other before, whatever kid it meets. */
export class CachingVerifier {
  readonly #options: CachingVerifierOptions
  #kept: { keys: Promise<ReturnType<typeof createLocalJWKSet>>; until: number } | undefined
  /** How often it fetched a JWKS. */
  fetches = 0

  constructor(options: CachingVerifierOptions) {
    this.#options = options
  }

  /** Throws what jose says where the token is not good. */
  async verify(token: string): Promise<void> {
    const { issuer } = this.#options
    await jwtVerify(token, await this.#keys(), { issuer, audience: issuer, algorithms: ['RS256'] })
  }

  #keys(): Promise<ReturnType<typeof createLocalJWKSet>> {
    const { now } = this.#options
    if (this.#kept === undefined || now() >= this.#kept.until) {
      const kept = { keys: this.#fetch((until) => (kept.until = until)), until: Infinity }
      this.#kept = kept
    }
    return this.#kept.keys
  }

  async #fetch(keptUntil: (until: number) => void): Promise<ReturnType<typeof createLocalJWKSet>> {
    const { issuer, times, now, fetch: send } = this.#options
    this.fetches++
    try {
      const answer = await send(`${issuer}/.well-known/jwks.json`)
      const [, seconds] = /max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '') ?? []
      if (!answer.ok || seconds === undefined)
        throw new Error(`The JWKS was answered ${answer.status}, without a max-age.`)
      const keys = createLocalJWKSet((await answer.json()) as JSONWebKeySet)
      keptUntil(now() + Number(seconds) * 1000 * times)
      return keys
    } catch (error) {
      keptUntil(-Infinity)
      throw error
    }
  }
}
