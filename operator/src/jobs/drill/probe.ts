import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type ProbeDocument } from '../../backups/documents.ts'
import { JobError } from '../../backups/errors.ts'
import { verifyAccessToken } from '../../providers/keys/verify-access-token.ts'
import { type Answer, type Service, ask } from './ask.ts'
import { assert, register } from './authenticator.ts'

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })
const creation = z.object({
  publicKey: z.object({ challenge: z.string(), user: z.object({ id: z.string() }) }),
})
const wanted = z.object({ publicKey: z.object({ challenge: z.string() }) })
const tokens = z.object({ access_token: z.string(), user: z.object({ id: z.string() }) })
const session = z.object({ user: z.object({ id: z.string() }) })

export interface Probed {
  /** Until the runtime answered; for signing up and in, with the token verified. */
  readySeconds: number
  signInSeconds: number
}

export interface ProbeWorld {
  signal: AbortSignal
  now: () => Date
  /** n random bytes. */
  random: (bytes: number) => Uint8Array
}

/** How often a runtime that does not answer yet is asked, in milliseconds. */
const againMs = 250
/** Somebody who does not exist, in a database that is dropped. */
const name = 'Restore drill'

/**
 * Proves that the runtime of this pod serves what was restored: somebody signs up with a passkey, signs in with it, and the
 * token that they get is good by the keys that are served. Fails with a sentence at the step that did not go well.
 */
export async function probe(
  { url, issuer, origin, rpId, waitSeconds }: ProbeDocument,
  { signal, now, random }: ProbeWorld,
): Promise<Probed> {
  const service: Service = { url, host: new URL(issuer).host, origin, signal }
  const place = { origin, rpId }
  const begun = now().getTime()
  const keys = await untilServed(service, waitSeconds, now)
  const ready = now().getTime()

  const post = async <T>(doing: string, path: string, body: object, status: number, shape: z.ZodType<T>) =>
    expected(doing, await asked(service, 'POST', path, { body }), status, shape)
  const options = await post(
    'Asking to sign up',
    '/v1/passkeys/registration/options',
    { name },
    200,
    creation,
  )
  const { passkey, credential } = register(options.publicKey, place, random)
  const signedUp = { name, credential }
  const made = await post('Signing up', '/v1/passkeys/registration/verify', signedUp, 201, tokens)
  const challenge = await post('Asking to sign in', '/v1/passkeys/authentication/options', {}, 200, wanted)
  const signedIn = { credential: assert(challenge.publicKey, passkey, place) }
  const got = await post('Signing in', '/v1/passkeys/authentication/verify', signedIn, 200, tokens)

  const verified = await verifyAccessToken(got.access_token, keys, { issuer, now: now() })
  if ('fault' in verified)
    throw new JobError(
      'DRILL_TOKEN_INVALID',
      `The access token of the sign-in is not good by the keys that the runtime serves: ${verified.fault}. Applications would refuse it.`,
    )
  const bearer = got.access_token
  const answer = await asked(service, 'GET', '/v1/session', { bearer })
  const { user } = expected('Looking who is signed in', answer, 200, session)
  if (new Set([made.user.id, got.user.id, verified.subject, user.id]).size > 1)
    throw new JobError(
      'DRILL_REFUSED',
      'Who signed in is another one than who signed up. Nothing may be served from this backup; report this.',
    )
  const seconds = (from: number, to: number) => (to - from) / 1000
  return { readySeconds: seconds(begun, ready), signInSeconds: seconds(ready, now().getTime()) }
}

/** The keys that it serves, once it does. */
async function untilServed(service: Service, waitSeconds: number, now: () => Date) {
  const until = now().getTime() + waitSeconds * 1000
  for (let last = 'nobody listened'; ;) {
    try {
      const answer = await ask(service, 'GET', '/.well-known/jwks.json')
      const served = jwks.safeParse(answer.body)
      if (answer.status === 200 && served.success) return served.data
      last = `it answered ${said(answer)}`
    } catch (error) {
      service.signal.throwIfAborted()
      last = error instanceof Error ? error.message : last
    }
    if (now().getTime() >= until)
      throw new JobError(
        'DRILL_UNANSWERED',
        `The runtime did not serve its keys at ${service.url} within ${String(waitSeconds)} s (${last}). The log of its container says why.`,
      )
    await sleep(againMs)
  }
}

async function asked(service: Service, ...what: ParametersAfterService): Promise<Answer> {
  try {
    return await ask(service, ...what)
  } catch (error) {
    service.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'no answer'
    throw new JobError(
      'DRILL_UNANSWERED',
      `${what[0]} ${what[1]} was not answered by the runtime: ${why}. The log of its container says why.`,
    )
  }
}

type ParametersAfterService = Parameters<typeof ask> extends [Service, ...infer Rest] ? Rest : never

function expected<T>(doing: string, answer: Answer, status: number, shape: z.ZodType<T>): T {
  const body = shape.safeParse(answer.body)
  if (answer.status === status && body.success) return body.data
  throw new JobError(
    'DRILL_REFUSED',
    `${doing} with a passkey did not work: the runtime answered ${said(answer)}. The log of its container says more.`,
  )
}

/** The status, and the service's own code where it says one. */
function said({ status, body }: Answer): string {
  const code = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) }).safeParse(body)
  return code.success ? `${String(status)} ${code.data.error}` : String(status)
}
