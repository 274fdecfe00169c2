/** Every pod of a tenant, asked by its own address over and over: which keys it publishes, and which one signs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import { tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient, type KubeJson } from '../../cluster/kube-client.ts'
import { type WorldTenant } from '../installation/world.ts'
import { TenantClient } from '../tenant-client.ts'

/** Of one key in one pod: moments of answers, by this machine's clock in milliseconds. */
export interface KeyInPod {
  /** Of the first answer without it, after those with it. */
  missingFrom?: number
  signedFirst?: number
  signedLast?: number
}

export interface WatchedPod {
  pod: string
  keys: Map<string, KeyInPod>
  /** As it said last. */
  publishes: string[]
  signsWith: string | undefined
  seenLast: number
  /** When it was found to be no more. */
  goneAt: number | undefined
}

export interface PodWatch {
  pods: () => WatchedPod[]
  /** Questions that were not answered: of pods that are on their way in or out. */
  unanswered: () => number
  stop: () => Promise<void>
}

interface Pod extends KubeJson {
  status?: { podIP?: string; phase?: string }
}

const pauseMs = 150

export function watchPods(
  { tenantID, host, issuer }: WorldTenant,
  { client, fetch: inside }: { client: KubeClient; fetch: typeof fetch },
): PodWatch {
  const seen = new Map<string, WatchedPod>()
  let address = ''
  let stopping = false
  let unanswered = 0
  let isKnown = false
  let refreshToken: string | undefined
  // One person who goes from pod to pod, past the gateway.
  const person = new TenantClient({
    url: issuer,
    rpId: host,
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : String(input)
      return inside(url.replace(issuer, `http://${address}:8080`), {
        ...init,
        signal: AbortSignal.timeout(3_000),
      })
    },
  })

  async function sign(): Promise<string> {
    const answer = !isKnown
      ? await person.signUp('Watcher')
      : refreshToken === undefined
        ? await person.signIn()
        : await person.post('/v1/token/refresh', { refresh_token: refreshToken })
    refreshToken = answer.status < 300 ? answer.body.refresh_token : undefined
    if (refreshToken === undefined) throw new Error(`${answer.status} ${answer.body.error}`)
    isKnown = true
    return decodeProtectedHeader(answer.body.access_token).kid ?? ''
  }

  const watchedPod = (pod: string): WatchedPod => {
    const nothing = { publishes: [], signsWith: undefined, seenLast: 0, goneAt: undefined }
    const watched = seen.get(pod) ?? { pod, keys: new Map<string, KeyInPod>(), ...nothing }
    seen.set(pod, watched)
    return watched
  }
  const keyOf = ({ keys }: WatchedPod, kid: string): KeyInPod => {
    const key = keys.get(kid) ?? {}
    keys.set(kid, key)
    return key
  }

  async function ask(pod: WatchedPod): Promise<void> {
    try {
      const answer = await inside(`http://${address}:8080/.well-known/jwks.json`, {
        signal: AbortSignal.timeout(3_000),
      })
      const { keys } = (await answer.json()) as { keys: { kid: string }[] }
      const now = Date.now()
      for (const kid of pod.publishes)
        if (!keys.some((key) => key.kid === kid)) keyOf(pod, kid).missingFrom = now
      pod.publishes = keys.map(({ kid }) => kid)
      for (const kid of pod.publishes) delete keyOf(pod, kid).missingFrom
      pod.signsWith = await sign()
      pod.seenLast = Date.now()
      const signing = keyOf(pod, pod.signsWith)
      signing.signedFirst ??= pod.seenLast
      signing.signedLast = pod.seenLast
    } catch {
      unanswered++
      refreshToken = undefined
    }
  }

  const path = `/api/v1/namespaces/${tenantNamespace(tenantID)}/pods?labelSelector=app.kubernetes.io%2Fcomponent%3Druntime`
  const watching = (async () => {
    while (!stopping) {
      const { items } = await client.call<{ items: Pod[] }>('GET', path)
      const names = new Set(items.map(({ metadata }) => metadata.name))
      for (const pod of seen.values()) if (!names.has(pod.pod)) pod.goneAt ??= Date.now()
      for (const { metadata, status } of items.filter((each) => each.status?.phase === 'Running')) {
        address = status?.podIP ?? ''
        await ask(watchedPod(metadata.name))
      }
      await sleep(pauseMs)
    }
  })()
  return {
    pods: () => [...seen.values()],
    unanswered: () => unanswered,
    stop: async () => {
      stopping = true
      await watching
    },
  }
}
