import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent } from 'undici'
import { agentFor, type Reach } from '../../demo/verify-token.ts'
import { throughGateway } from '../installation/gateway-fetch.ts'
import { TenantClient } from '../tenant-client.ts'

const kinds = {
  '/v1/passkeys/authentication/options': 'challenge',
  '/v1/passkeys/authentication/verify': 'sign-in',
  '/v1/token/refresh': 'refresh',
  '/.well-known/jwks.json': 'jwks',
} as const
export type RequestKind = (typeof kinds)[keyof typeof kinds]

const kindOf = (path: string): RequestKind | undefined =>
  Object.entries(kinds).find(([known]) => known === path)?.[1]

export interface FailedRequest {
  kind: RequestKind
  /** Since the load began. */
  atMs: number
  error: string
}

export interface LoadReport {
  requests: Record<RequestKind, number>
  failures: FailedRequest[]
  slowestMs: number
}

export interface Load {
  total: () => number
  /** Ends it once what is under way is answered; asked again, gives the same report. */
  stop: () => Promise<LoadReport>
}

/** Between two requests of a person: the load shall meet a cluster that can do its work beside it. */
const thinkMs = 50

/** Every error on the way down: undici's `fetch failed` alone says nothing. */
function told(error: unknown): string {
  const { message, code, cause } = error as { message?: string; code?: string; cause?: unknown }
  const own = [code, message].filter((word) => word !== undefined).join(' ')
  return cause === undefined ? own : `${own}: ${told(cause)}`
}

/**
 * People who sign in, refresh and fetch keys, one request after the other each, over connections that are kept. Nobody
 * ever asks twice: an answer that is no success, or none at all, is a failure.
 */
export async function startLoad(options: {
  issuer: string
  rpId: string
  reach: Reach
  people: number
  /** Told of every access token. */
  issued?: (token: string) => void
}): Promise<Load> {
  const { issuer, rpId, reach, people, issued = () => {} } = options
  const agent: Agent = agentFor(reach)
  const plain = throughGateway(agent)
  const report: LoadReport = {
    requests: { challenge: 0, 'sign-in': 0, refresh: 0, jwks: 0 },
    failures: [],
    slowestMs: 0,
  }
  let began = Date.now()
  let ended = false

  const counted: typeof fetch = async (input, init) => {
    const kind = kindOf(new URL(input instanceof Request ? input.url : input).pathname)
    if (kind === undefined) return plain(input, init)
    const sent = Date.now()
    const failed = (error: string) => {
      report.failures.push({ kind, atMs: sent - began, error: `${error} after ${Date.now() - sent} ms` })
    }
    report.requests[kind]++
    try {
      const answer = await plain(input, init)
      if (!answer.ok) failed(`${answer.status} ${(await answer.clone().text()).slice(0, 200)}`)
      return answer
    } catch (error) {
      failed(told(error))
      throw error
    } finally {
      report.slowestMs = Math.max(report.slowestMs, Date.now() - sent)
    }
  }

  const newPerson = async (at: number) => {
    const client = new TenantClient({ url: issuer, rpId, fetch: counted })
    const { status, body } = await client.signUp(`Person ${at}`)
    if (status !== 200 && status !== 201) throw new Error(`Person ${at} could not sign up: ${status}.`)
    return { client, refreshToken: body.refresh_token }
  }

  async function live({ client, refreshToken }: Awaited<ReturnType<typeof newPerson>>): Promise<void> {
    let token: string | undefined = refreshToken
    for (let round = 0; !ended; round++) {
      try {
        await sleep(thinkMs)
        if (round % 3 === 2 || token === undefined) {
          // A refused sign-in gives none; it was counted as a failure once.
          const { body } = await client.signIn()
          token = 'refresh_token' in body ? body.refresh_token : undefined
          if (token !== undefined) issued(body.access_token)
        }
        if (token === undefined) continue
        await counted(`${issuer}/.well-known/jwks.json`)
        await sleep(thinkMs)
        const { status, body } = await client.post('/v1/token/refresh', { refresh_token: token })
        token = status === 200 ? body.refresh_token : undefined
        if (token !== undefined) issued(body.access_token)
      } catch {
        // It is in the report. The next round begins with a sign-in, after a pause that spares a dead server.
        token = undefined
        await sleep(200)
      }
    }
  }

  const population: Awaited<ReturnType<typeof newPerson>>[] = []
  for (let at = 0; at < people; at++) population.push(await newPerson(at))
  began = Date.now()
  const lives = Promise.all(population.map(live))
  const end = async (): Promise<LoadReport> => {
    ended = true
    await lives
    await agent.close()
    return report
  }
  let ending: Promise<LoadReport> | undefined
  return {
    total: () => Object.values(report.requests).reduce((sum, count) => sum + count, 0),
    stop: () => (ending ??= end()),
  }
}
