/** What an accident happens to, and what a person does and reads there. */
import { KubeStatusError } from '../../cluster/kube-client.ts'
import { eventually } from '../eventually.ts'
import { type Rendered } from '../helm.ts'
import { type OperatorWorld } from '../operator-world.ts'
import { claimHolds } from '../proof.ts'
import { condition } from '../ready-tenants.ts'
import { type TenantObject } from '../tenant-lab.ts'

export interface Scene {
  world: OperatorWorld
  namespace: string
  name: string
  host: string
  tenantID: string
  /** Everything of the chart, for what has to be applied again. */
  chart: readonly Rendered[]
  say: (line: string) => void
  /** What a person was told, with where. */
  told: (where: string, sentence: string) => void
}

export type Accident = (scene: Scene) => Promise<void>

type Whose = Pick<Scene, 'namespace' | 'name'>

const pathOf = ({ namespace, name }: Whose) =>
  `/apis/kiavi.eu/v1alpha1/namespaces/${namespace}/kiavitenants/${name}`

export const kubectl = ({ world }: Pick<Scene, 'world'>, ...args: string[]) =>
  world.controlPlane.kubectl(args)

export const findTenant = ({ world }: Pick<Scene, 'world'>, whose: Whose) =>
  world.controlPlane.client.find<TenantObject>(pathOf(whose))

export const apply = ({ world }: Pick<Scene, 'world'>, items: readonly object[]) =>
  world.controlPlane.kubectl(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  )

/** What lies in somebody's Git: it names no ID. */
export const yamlOf = ({ namespace, name, host }: Whose & { host: string }) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'kiavi.eu/v1alpha1',
    kind: 'KiaviTenant',
    metadata: { namespace, name },
    // How long a key takes to make is not the matter here.
    spec: { host, signingKeys: { bits: 2048 } },
  },
]

/** Waits for a condition of the tenant; fails with all that it says. */
export async function untilCondition(
  scene: Scene,
  whose: Whose,
  wanted: { type: string; reason?: string },
): Promise<string> {
  let last: TenantObject | undefined
  try {
    return await eventually(
      `${wanted.type} ${wanted.reason ?? 'True'} of ${whose.name}`,
      async () => {
        last = await findTenant(scene, whose)
        const seen = condition(last, wanted.type)
        if (seen?.status !== 'True' || last?.status?.observedGeneration !== last?.metadata.generation)
          return undefined
        return wanted.reason === undefined || seen.reason === wanted.reason ? seen.message : undefined
      },
      90_000,
    )
  } catch (error) {
    throw new Error(`${(error as Error).message} Seen: ${JSON.stringify(last?.status)}`, { cause: error })
  }
}

/** The tenant says that only a person can mend it, and in words that this person can follow. */
export async function stalled(scene: Scene, reason: string, says: string, whose: Whose = scene) {
  const message = await untilCondition(scene, whose, { type: 'Stalled', reason })
  scene.told(`Stalled/${reason}`, message)
  claimHolds(message.includes(says), `${reason} does not say "${says}": ${message}`)
  return message
}

/** While the guards stand the API server refuses a command, with a sentence of ours. */
export async function refused(scene: Scene, args: string[], says: string): Promise<void> {
  const words = await eventually(`The API server refusing kubectl ${args.join(' ')}`, () =>
    kubectl(scene, ...args, '--dry-run=server').then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    ),
  )
  scene.told(`kubectl ${args.join(' ')}`, words.replace(/^.*denied request: /s, ''))
  claimHolds(words.includes(says), `The refusal does not say "${says}": ${words}`)
}

const binding = 'ValidatingAdmissionPolicyBinding'

/** Does what the guards refuse, after somebody took them away. */
export async function pastGuards(
  scene: Scene,
  guards: readonly string[],
  act: () => Promise<unknown>,
): Promise<void> {
  await kubectl(scene, 'delete', binding, ...guards.map((name) => `kiavi-${name}`), '--ignore-not-found')
  await eventually('The guards being gone', async () => {
    try {
      await act()
      return true
    } catch (error) {
      if (isRefusal(error)) return false
      throw error
    }
  })
}

const isRefusal = (error: unknown) =>
  (error as Error).message.includes('ValidatingAdmissionPolicy') ||
  (error instanceof KubeStatusError && error.status === 422)

export const restoreGuards = (scene: Scene) =>
  apply(
    scene,
    scene.chart.filter(({ kind }) => kind === binding),
  )

export const untilGone = (what: string, isGone: () => Promise<boolean>) =>
  eventually(`${what} being gone`, isGone, 60_000)

export const tenantGone = (scene: Scene) =>
  untilGone(`KiaviTenant ${scene.name}`, async () => (await findTenant(scene, scene)) === undefined)

/** Deleted past the guard: it goes on serving and says so, until a person lets go of the object, which is gone then. */
export async function release(scene: Scene): Promise<void> {
  await stalled(scene, 'DeletedWithoutTermination', `kiavi.eu/release=${scene.tenantID}`)
  const ready = condition(await findTenant(scene, scene), 'Ready')
  claimHolds(ready?.status === 'True', `A deleted tenant is not Ready any more: ${ready?.message}`)
  await kubectl(
    scene,
    ...['annotate', 'kt', scene.name, '-n', scene.namespace, `kiavi.eu/release=${scene.tenantID}`],
  )
  await tenantGone(scene)
}

/** The YAML applied again does not start empty: it says what it found, and goes on with it when it is told to. */
export async function adoptBack(scene: Scene): Promise<void> {
  await apply(scene, yamlOf(scene))
  await stalled(scene, 'OrphanFound', `spec.adoptTenantID: ${scene.tenantID}`)
  await adopt(scene)
  await untilCondition(scene, scene, { type: 'Ready' })
}

export const adopt = (scene: Scene, whose: Whose = scene) =>
  kubectl(
    scene,
    ...['patch', 'kt', whose.name, '-n', whose.namespace, '--type=merge'],
    ...['-p', JSON.stringify({ spec: { adoptTenantID: scene.tenantID } })],
  )
