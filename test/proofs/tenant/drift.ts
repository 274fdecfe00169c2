import { parseArgs } from 'node:util'
import { type Bench, driftBench, type Struck, type Target, untilBack } from '../../support/drift/bench.ts'
import { type Edit } from '../../support/drift/edits.ts'
import { Tally } from '../../support/drift/tally.ts'
import { routeOf, targetsOf } from '../../support/drift/targets.ts'
import { addGatewayClass, gatewayTenant, untilServing } from '../../support/gateway-class.ts'
import { noMorePods } from '../../support/no-more-pods.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { quiet, type ReadyTenant, readyTenants, untilReady } from '../../support/ready-tenants.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

/** Secrets are not watched, they are looked at, in production every 600 s; all else is put back without a look. */
const secretsEverySeconds = 5
const limitMs = 60_000

const everyNth = (edits: Edit[], n: number, offset: number) =>
  edits.filter((_, index) => index % n === offset)

interface Stage {
  world: OperatorWorld
  bench: Bench
  tally: Tally
  say: (line: string) => void
}

/** Waits for one edit, and heals what nobody else did. */
async function settle({ tally, say }: Stage, what: string, struck: Struck): Promise<void> {
  if (struck.outcome !== 'edited') {
    tally.count(struck.outcome)
    return
  }
  const milliseconds = await untilBack(struck, limitMs)
  tally.back(what, milliseconds)
  if (milliseconds !== undefined) return
  say(`not back: ${what}`)
  await struck.heal().catch(() => {})
}

const nameOf = ({ name }: Target, { what, path }: Edit) => `${name}: ${what} ${path.join('.')}`

/** Each object of each tenant by its own worker, edit after edit. */
async function whileUp(stage: Stage, targets: readonly Target[]): Promise<void> {
  await Promise.all(
    targets.map(async (target) => {
      for (const edit of target.edits)
        await settle(stage, nameOf(target, edit), await stage.bench.strike(target, edit))
      stage.say(`${target.name}: ${target.edits.length} edits`)
    }),
  )
}

/** One edit of every object at once, with nobody there; then the operator starts. */
async function whileDown(stage: Stage, targets: readonly Target[], rounds: number): Promise<void> {
  const { world, bench, tally } = stage
  for (let round = 0; round < rounds; round++) {
    await world.operator.stop()
    const struck = await Promise.all(
      targets.map(async (target, index) => {
        // Another part of each object's edits in every round and for every tenant.
        const edit = target.edits[(round * 7919 + index * 104_729) % target.edits.length]
        if (!edit) throw new Error(`${target.name} has no edits.`)
        return { what: `while down, ${nameOf(target, edit)}`, struck: await bench.strike(target, edit) }
      }),
    )
    await world.operator.start()
    await Promise.all(struck.map((each) => settle(stage, each.what, each.struck)))
    stage.say(`down, round ${round + 1} of ${rounds}: ${tally.lost.length} not back`)
  }
}

/** Objects deleted, one by one. The API server refuses the namespace. */
async function deletions(stage: Stage, targets: readonly Target[]): Promise<void> {
  // A master copy of passwords that is gone is made anew, with other passwords: another test's matter.
  for (const target of targets.filter(({ object }) => !object.endsWith('-database')))
    await settle(stage, `${target.name}: deleted`, await stage.bench.remove(target))
}

/** A tenant, and what a stranger does to it. */
interface Victim {
  tenant: ReadyTenant
  targets: Target[]
  /** It is again all that it was. */
  whole(): Promise<void>
}

/** Rollouts that the edits began come to their end; then ten seconds without a write. */
async function restful({ world, say }: Stage, victims: readonly Victim[]): Promise<void> {
  for (const victim of victims) await victim.whole()
  try {
    await quiet(world, 10_000, 60_000)
  } catch {
    const last = world.injector.ledger.effects().slice(-10)
    claimHolds(
      false,
      `The operator goes on writing: ${last.map(({ verb, object }) => `${verb} ${object}`).join('; ')}`,
    )
  }
  say('at rest: no write in 10 s')
}

/** Tenants behind an Ingress, and one behind a Gateway, of which only its route is another. */
async function victimsIn(world: OperatorWorld, bench: Bench, count: number): Promise<Victim[]> {
  const lab = new TenantLab(world)
  const tenants = await readyTenants(lab, count)
  const behindGateway = await gatewayTenant(lab)
  await quiet(world, 3_000)
  const whole = (tenant: ReadyTenant) => () => untilReady(lab, tenant, 180_000)
  const victims = tenants.map(async (tenant) => ({
    ...{ tenant, targets: await targetsOf(world, bench, tenant), whole: whole(tenant) },
  }))
  return [
    ...(await Promise.all(victims)),
    {
      tenant: behindGateway,
      targets: [await routeOf(world, bench, behindGateway)],
      whole: () => untilServing(lab, behindGateway, 180_000),
    },
  ]
}

/** What tenants have in common is shared out among them; a route through a Gateway is the only one of its kind. */
function shares(victims: readonly Victim[], every: number): { edited: Target[]; deleted: Target[] } {
  const alike = victims.length - 1
  return {
    edited: victims.flatMap(({ targets }, index) =>
      targets.map((target) => ({
        ...target,
        edits:
          index < alike ? everyNth(target.edits, alike * every, index) : everyNth(target.edits, every, 0),
      })),
    ),
    deleted: victims.flatMap(({ targets }, index) =>
      targets.filter((_, n) => index === alike || n % alike === index),
    ),
  }
}

const isSecret = ({ kind }: Target) => kind.kind === 'Secret'

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      tenants: { type: 'string', default: '3' },
      every: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '8' },
    },
  })
  const [count, every, rounds] = [Number(values.tenants), Number(values.every), Number(values.rounds)]
  const world = await startOperatorWorld({
    progress: say,
    classSpec: { runtime: { image: 'kiavi/runtime:source', replicas: 2 } },
  })
  const bench = driftBench(world.controlPlane.client)
  try {
    await addGatewayClass(world.controlPlane)
    await world.operator.start()
    const victims = await victimsIn(world, bench, count)
    const tally = new Tally()
    const stage = { world, bench, tally, say }
    const all = victims.flatMap(({ targets }) => targets)
    const { edited, deleted } = shares(victims, every)
    // Those of the first, and the route that another one has in place of an Ingress.
    const objects = (victims[0]?.targets.length ?? 0) + 1
    say(
      `${edited.reduce((sum, { edits }) => sum + edits.length, 0)} edits of ${objects} objects, shared out among ${count} tenants and one behind a Gateway`,
    )
    const editAndDelete = async (which: (target: Target) => boolean) => {
      const tenants = victims.map(({ tenant }) => tenant)
      const letPods = await noMorePods(world.controlPlane.client, tenants)
      const edits = await tally.during(() => whileUp(stage, edited.filter(which)))
      await letPods()
      await restful(stage, victims)
      say('every object deleted')
      const deletes = await tally.during(() => deletions(stage, deleted.filter(which)))
      await restful(stage, victims)
      return { edits, deletes }
    }
    const watched = await editAndDelete((target) => !isSecret(target))
    const down = await tally.during(() => whileDown(stage, all, rounds))
    await restful(stage, victims)
    await world.operator.stop()
    await world.operator.start({ KIAVI_RESYNC_SECONDS: String(secretsEverySeconds) })
    const lookedAt = await editAndDelete(isSecret)
    claimHolds(
      tally.lost.length === 0,
      `${tally.lost.length} edits were not put back within ${limitMs / 1000} s: ${tally.lost.join('; ')}`,
    )
    return {
      'objects of a tenant': objects,
      'edits, one by one': watched.edits + lookedAt.edits,
      'objects deleted': watched.deletes + lookedAt.deletes,
      'edits while the operator was down': down,
      'not put back': tally.lost.length,
      'slowest, in seconds': Number((tally.slowestMs / 1000).toFixed(1)),
      'slowest was': tally.slowest,
      'refused by the API server (immutable, invalid, or a policy)': tally.refused,
      'filled in again by the API server itself': tally.filledIn,
      'writes in 10 s afterwards, five times': 0,
      'Secrets are looked at every so many seconds here (600 by default)': secretsEverySeconds,
    }
  } finally {
    bench.close()
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'Whatever is edited in, added to, removed from or deleted of the objects of a tenant, with the operator there or not, is back to the byte within a minute, and then nothing more is written.',
  needs: 'control-plane',
  minutes: 9,
  run,
}
