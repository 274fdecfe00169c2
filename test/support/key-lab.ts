/** A lab whose operator and pods live by a clock that can be set forward, and what there is to see of signing keys. */
import { masterSecret, tenantNamespace } from '../../operator/src/api/v1alpha1/names.ts'
import { type KeyLedger, parseLedger } from '../../operator/src/controllers/tenant/keys/ledger.ts'
import { type KubeJson } from '../cluster/kube-client.ts'
import { type Tenant } from './crash-lab.ts'
import { type ForwardClock } from './forward-clock.ts'
import { type LabWorld } from './operator-world/lab-world.ts'
import { operatorNamespace } from './operator-world/names.ts'
import { TenantLab } from './tenant-lab.ts'

/**
 * The operator of such a world looks at every tenant every 5 s: no timer of it hears of a clock that was set. Its kubelet
 * is too slow to bring a key before it is called.
 */
export const keyWorld = {
  settableClock: true,
  volumeSyncMs: 8_000,
  env: { KIAVI_RESYNC_SECONDS: '5' },
}
const lookMs = 6_000

/** The shortest that the API allows: a key is known after 80 s, and gone 140 s after the last pod signed with it. */
export const shortestWaits = {
  signingKeys: { bits: 2048, jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 },
  tokens: { accessTokenSeconds: 60 },
}
const longestWaitSeconds = 150

interface Pod extends KubeJson {
  status?: { podIP?: string }
}

/** One pod's JWKS and the key that it signs with, asked of itself. */
export interface PodKeys {
  pod: string
  published: string[]
  activeKid: string
}

interface SecretObject extends KubeJson {
  data?: Record<string, string>
}

const kidsOf = (files: object) => Object.keys(files).flatMap((file) => /^(.+)\.pem$/.exec(file)?.[1] ?? [])

const signs = ({ phase }: KeyLedger['keys'][number]) => phase !== 'Retiring' && phase !== 'Destroyed'

export class KeyLab extends TenantLab {
  readonly #clock: ForwardClock
  #movedAt = -Infinity

  constructor(world: LabWorld) {
    super(world)
    if (world.clock === undefined) throw new Error('Keys need a world whose clock can be set.')
    this.#clock = world.clock
  }

  override async unsafe(tenant: Tenant): Promise<string[]> {
    const tenantID = await this.tenantID(tenant)
    const unsafe = await super.unsafe(tenant)
    return tenantID === undefined ? unsafe : [...unsafe, ...(await this.#unsafeKeys(tenantID))]
  }

  /** Lets the longest wait pass, but no second one before the operator had time to look. */
  wait(): void {
    if (performance.now() - this.#movedAt < lookMs) return
    this.#movedAt = performance.now()
    this.#clock.forward(longestWaitSeconds)
  }

  /** Kids by their phase, as status tells. */
  phases = async (tenant: Tenant): Promise<Record<string, string[]>> => {
    const keys = (await this.find(tenant))?.status?.keys ?? []
    const kids: Record<string, string[]> = {}
    for (const { kid, phase } of keys) (kids[phase] ??= []).push(kid)
    return kids
  }

  /** Of which keys the master copy holds the private half. */
  privateKids = async (tenantID: string): Promise<string[]> => kidsOf((await this.#master(tenantID)) ?? {})

  async #master(tenantID: string): Promise<Record<string, string> | undefined> {
    const name = masterSecret.signingKeys(tenantID)
    const path = `/api/v1/namespaces/${operatorNamespace}/secrets/${name}`
    return (await this.world.controlPlane.client.find<SecretObject>(path))?.data
  }

  /** One key signs, private halves lie beside their keys and nowhere else, and no pod signs with what it does not show. */
  async #unsafeKeys(tenantID: string): Promise<string[]> {
    const master = await this.#master(tenantID)
    if (master === undefined) return []
    const { keys } = parseLedger(Buffer.from(master['ledger.json'] ?? '', 'base64').toString('utf8'))
    const active = keys.filter(({ phase }) => phase === 'Active').length
    const halves = kidsOf(master).sort()
    const wanted = keys
      .filter(signs)
      .map(({ kid }) => kid)
      .sort()
    const hidden = (await this.podKeys(tenantID)).filter(
      ({ activeKid, published }) => activeKid !== '' && !published.includes(activeKid),
    )
    return [
      ...(active === 1 ? [] : [`${active} keys are Active`]),
      ...(String(halves) === String(wanted)
        ? []
        : ['private halves are there of other keys than those that sign or will']),
      ...hidden.map(({ pod }) => `${pod} signs with a key that it does not publish`),
    ]
  }

  /** Of every pod that is not on its way out. */
  podKeys = async (tenantID: string): Promise<PodKeys[]> => {
    const path = `/api/v1/namespaces/${tenantNamespace(tenantID)}/pods?labelSelector=app.kubernetes.io%2Fcomponent%3Druntime`
    const { items } = await this.world.controlPlane.client.call<{ items: Pod[] }>('GET', path)
    const living = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    return Promise.all(
      living.map(async ({ metadata, status }) => {
        const of = async <T>(port: string, file: string): Promise<T | undefined> => {
          const answer = await fetch(`http://${status?.podIP ?? ''}:${port}${file}`).catch(() => undefined)
          return answer && ((await answer.json()) as T)
        }
        const jwks = await of<{ keys: { kid: string }[] }>('8080', '/.well-known/jwks.json')
        const readiness = await of<{ activeKid: string }>('9464', '/readyz')
        return {
          pod: metadata.name,
          published: (jwks?.keys ?? []).map(({ kid }) => kid),
          activeKid: readiness?.activeKid ?? '',
        }
      }),
    )
  }
}
