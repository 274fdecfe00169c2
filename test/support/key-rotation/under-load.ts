/** Keys of a tenant with two pods are rotated by a person's word, and then one is revoked, while people sign in. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { annotation } from '../../../operator/src/api/v1alpha1/names.ts'
import { connect } from '../../cluster/kube-client.ts'
import { readKubeconfig } from '../../cluster/kubeconfig.ts'
import { agentFor } from '../../demo/verify-token.ts'
import { eventually } from '../eventually.ts'
import { throughGateway } from '../installation/gateway-fetch.ts'
import { type World } from '../installation/world.ts'
import { shortestWaits } from '../key-lab.ts'
import { type LoadReport, startLoad } from '../rollout/load.ts'
import { CachingVerifier } from './caching-verifier.ts'
import { type KeyClientTenant, keysOf, kidIn } from './keys-of.ts'
import { disorder, phaseHistory } from './phase-history.ts'
import { type WatchedPod, watchPods } from './pod-watch.ts'
import { type AuditReport, tokenAudit } from './token-audit.ts'
import { wayIn } from './way-in.ts'

export interface RevokeInPod {
  pod: string
  /** Seconds from the revoke to its first JWKS without the key; to its end, if it had to go. */
  published: number
  /** To the last token that it signed with the key. */
  signed: number
  /** Until it signed with the standby; undefined of a pod that was replaced. */
  standby: number | undefined
  replaced: boolean
}

export interface RotationsUnderLoad {
  load: LoadReport
  total: number
  audit: AuditReport
  /** From a person's word until every pod signed with the next key, in seconds. */
  rotations: number[]
  revoke: RevokeInPod[]
  /** From the revoke to the last token of that key that people got, in seconds. */
  lastOfRevoked: number
  /** Keys whose phases were told in a wrong order. */
  disorder: string[]
  phases: number
  fetches: number
}

const publishWaitSeconds = 80
/** Times over the max-age: what a cache before a verifier may add is within the contract. */
const verifierTimes = [1, 1, 1, 2, 2, 2]
const seconds = (ms: number) => Number((ms / 1000).toFixed(1))

export async function rotateUnderLoad(
  world: World,
  options: { host: string; rotations: number; leastRequests: number; say: (line: string) => void },
): Promise<RotationsUnderLoad> {
  const { host, rotations, leastRequests, say } = options
  const { server, ca, credential } = readKubeconfig(readFileSync(world.cluster.kubeconfig, 'utf8'))
  const client = connect(server, ca, credential)
  const ends: (() => Promise<unknown>)[] = [() => client.close()]
  try {
    const tenant = await world.tenant(host, { ...shortestWaits, runtime: { replicas: 2 } })
    const path = `/apis/kiavi.eu/v1alpha1/namespaces/${tenant.namespace}/kiavitenants/${tenant.name}`
    const its: KeyClientTenant = { client, path }
    const way = await wayIn(world.cluster, client)
    ends.push(() => way.close())
    const agent = agentFor(world.reach)
    ends.push(() => agent.close())
    const verifiers = verifierTimes.map(
      (times) =>
        new CachingVerifier({
          ...{ issuer: tenant.issuer, times, now: Date.now },
          fetch: throughGateway(agent),
        }),
    )
    const audit = tokenAudit(verifiers)
    const history = phaseHistory(its)
    ends.push(() => history.stop())
    const watch = watchPods(tenant, { client, fetch: way.fetch })
    ends.push(() => watch.stop())
    const load = await startLoad({
      ...{ issuer: tenant.issuer, rpId: host, reach: world.reach, people: 8 },
      issued: audit.issued,
    })
    ends.push(() => load.stop())
    const began = Date.now()
    const at = () => `${seconds(Date.now() - began)} s, ${load.total()} requests`

    const signsEverywhere = (kid: string) => {
      const living = watch.pods().filter(({ goneAt }) => goneAt === undefined)
      return living.length >= 2 && living.every(({ signsWith }) => signsWith === kid)
    }
    const isPublished = (kid: string) =>
      watch.pods().some(({ publishes, goneAt }) => goneAt === undefined && publishes.includes(kid))
    const took: number[] = []
    for (let turn = 1; turn <= rotations; turn++) {
      const next = await standby(its)
      const asked = Date.now()
      await client.call('PATCH', path, {
        metadata: { annotations: { [annotation.rotateKeys]: `turn-${turn}-${asked}` } },
      })
      say(`Rotation ${turn} is asked for (${at()}).`)
      await eventually(
        `Every pod signing with ${next}`,
        () => Promise.resolve(signsEverywhere(next)),
        300_000,
      )
      took.push(seconds(Date.now() - asked))
      // Status is told last.
      await eventually(
        `${next} being told as Active`,
        async () => kidIn(await keysOf(its), 'Active') === next,
        60_000,
      )
      say(`Every pod signs with ${next} (${at()}).`)
    }

    const next = await standby(its)
    // A revoke that comes before every verifier can know the standby is another matter.
    const { since = '' } = (await keysOf(its)).find(({ kid }) => kid === next) ?? {}
    await sleep(Math.max(0, Date.parse(since) + publishWaitSeconds * 1000 - Date.now()))
    const lost = kidIn(await keysOf(its), 'Active') ?? ''
    const revokedAt = Date.now()
    audit.revoked(lost)
    const signingKeys = { revoke: [{ kid: lost, sessions: 'Keep' }] }
    await client.call('PATCH', path, { spec: { signingKeys } })
    say(`${lost} is revoked (${at()}).`)
    await eventually(
      `Every pod signing with ${next}, and none publishing ${lost}`,
      () => Promise.resolve(signsEverywhere(next) && !isPublished(lost)),
      180_000,
    )
    const told = watch.pods().flatMap((pod) => revokeIn(pod, { lost, next, revokedAt }))
    for (const { pod, published, signed, standby } of told)
      say(
        `${pod}: published it for ${published} s, signed with it for ${signed} s, with the next after ${standby ?? '-'} s`,
      )

    await eventually(
      'Every key that retires being destroyed',
      async () => (await keysOf(its)).every(({ phase }) => phase !== 'Retiring' && phase !== 'Generated'),
      400_000,
    )
    say(`No key retires any more (${at()}).`)
    while (load.total() < leastRequests) await sleep(200)
    const total = load.total()
    const report = await load.stop()
    say(`Waiting for the last tokens to be verified again (${at()}) ...`)
    const audited = await audit.end()
    const lastOfRevoked = Math.max(0, seconds((audited.byKid.get(lost)?.lastAt ?? 0) - revokedAt))
    return {
      ...{ load: report, total, rotations: took, revoke: told, lastOfRevoked },
      audit: audited,
      disorder: disorder(history.phases(), lost),
      phases: [...history.phases().values()].flat().length,
      fetches: verifiers.reduce((sum, { fetches }) => sum + fetches, 0),
    }
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** The key that will sign next, once it is known to be published. */
async function standby(its: KeyClientTenant): Promise<string> {
  return eventually('A standby', async () => kidIn(await keysOf(its), 'Published'), 120_000)
}

function revokeIn(
  { pod, keys, seenLast, goneAt }: WatchedPod,
  { lost, next, revokedAt }: { lost: string; next: string; revokedAt: number },
): RevokeInPod[] {
  if (seenLast < revokedAt) return []
  const { missingFrom, signedLast } = keys.get(lost) ?? {}
  const since = (moment = revokedAt) => Math.max(0, seconds(moment - revokedAt))
  const first = keys.get(next)?.signedFirst
  return [
    {
      ...{ pod, replaced: goneAt !== undefined },
      published: since(missingFrom ?? goneAt),
      signed: since(signedLast),
      standby: first === undefined ? undefined : since(first),
    },
  ]
}
