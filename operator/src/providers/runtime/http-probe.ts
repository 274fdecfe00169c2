import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { type PodAddress, type PodAnswer, type RuntimeProbe } from './port.ts'

const readiness = z.object({
  ready: z.boolean(),
  schemaVersion: z.int().min(0).nullable(),
  activeKid: z.string().max(64).nullable(),
  kids: z.array(z.string().max(64)).max(64),
  keySet: z
    .object({
      version: z.int().min(0),
      activeSeconds: z.number().min(0),
      keys: z
        .array(z.object({ kid: z.string().max(64), seconds: z.number().min(0), always: z.boolean() }))
        .max(64),
    })
    .nullish(),
  version: z.string().min(1).max(64).optional(),
  reason: z.string().max(200).optional(),
})

const jwks = z.object({ keys: z.array(z.object({ kid: z.string().max(64) })).max(64) })

const timeLimitMs = 2_000
const largestAnswer = 65_536

/** The probe over plain HTTP, inside the cluster's network. */
export function createHttpProbe(ask: typeof fetch): RuntimeProbe {
  return {
    async ask(pod: PodAddress): Promise<PodAnswer> {
      const host = isIPv6(pod.address) ? `[${pod.address}]` : pod.address
      const [ready, keys] = await Promise.all([
        read(ask, `http://${host}:${pod.metrics}/readyz`, readiness),
        read(ask, `http://${host}:${pod.http}/.well-known/jwks.json`, jwks),
      ])
      const unready = 'value' in ready && !ready.value.ready ? [ready.value.reason ?? 'not ready'] : []
      const faults = [
        ...unready,
        ...[ready, keys].flatMap((answer) => ('fault' in answer ? [answer.fault] : [])),
      ]
      return {
        readiness: 'value' in ready ? ready.value : undefined,
        published: 'value' in keys ? keys.value.keys.map(({ kid }) => kid) : undefined,
        fault: faults.length === 0 ? undefined : faults.join('; '),
      }
    },
  }
}

/** A 503 of /readyz has the same shape as its 200, and says why. */
async function read<T>(
  ask: typeof fetch,
  url: string,
  schema: z.ZodType<T>,
): Promise<{ value: T } | { fault: string }> {
  try {
    const response = await ask(url, { redirect: 'error', signal: AbortSignal.timeout(timeLimitMs) })
    const text = await response.text()
    if (text.length > largestAnswer) return { fault: `${url}: the answer is too long` }
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success
      ? { value: parsed.data }
      : { fault: `${url}: HTTP ${response.status}, not in our words` }
  } catch (error) {
    const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : undefined
    return { fault: `${url}: ${cause?.message ?? 'no answer'}` }
  }
}
