/** A client of a runtime's JSON API with a software authenticator; also for load and benches. */
import { SoftwareAuthenticator, type Passkey, type Twist } from './authenticator.ts'

/** What the API's answers may hold; a test reads what the answer it expects would have. */
export interface ApiBody {
  publicKey: { challenge: string; user: { id: string } }
  access_token: string
  refresh_token: string
  expires_in: number
  session: { id: string; authenticated_at: string; expires_at: string }
  user: { id: string; name: string }
  erasure: { id: string; state: string }
  passkeys: { id: string; backed_up: boolean; transports: string[]; created_at: string }[]
  signal: { rpId: string; userId: string; allAcceptedCredentialIds: string[] }
  error: string
  error_description: string
}

export interface Answer {
  status: number
  headers: Headers
  body: ApiBody
}

export interface TenantClientOptions {
  url: string
  rpId: string
  /** The page that calls; the issuer's own unless given. */
  origin?: string
  synchronised?: boolean
  /** How requests go out; Node's own unless given. */
  fetch?: typeof fetch
}

export class TenantClient {
  readonly authenticator: SoftwareAuthenticator
  readonly #url: string
  readonly #origin: string
  readonly #fetch: typeof fetch

  constructor({ url, rpId, origin = url, synchronised = true, fetch: send = fetch }: TenantClientOptions) {
    this.#url = url
    this.#origin = origin
    this.#fetch = send
    this.authenticator = new SoftwareAuthenticator({ origin, rpId, synchronised })
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.#fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#origin, ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text === '' ? '{}' : text) as ApiBody,
    }
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.#fetch(this.#url + path, { headers, redirect: 'manual' })
    return { status: response.status, headers: response.headers, body: (await response.json()) as ApiBody }
  }

  async signUp(name = 'Ada', more: object = {}): Promise<Answer & { passkey: Passkey }> {
    const options = await this.post('/v1/passkeys/registration/options', { name })
    const { credential, passkey } = this.authenticator.create(options.body.publicKey)
    return {
      ...(await this.post('/v1/passkeys/registration/verify', { name, credential, ...more })),
      passkey,
    }
  }

  /** An answer to a fresh challenge, not sent yet. */
  async answer(passkey?: Passkey, twist?: Twist): Promise<ReturnType<SoftwareAuthenticator['get']>> {
    const options = await this.post('/v1/passkeys/authentication/options', {})
    return this.authenticator.get(options.body.publicKey, passkey, twist)
  }

  async signIn(passkey?: Passkey, twist?: Twist, more: object = {}): Promise<Answer> {
    const credential = await this.answer(passkey, twist)
    return this.post('/v1/passkeys/authentication/verify', { credential, ...more })
  }
}
