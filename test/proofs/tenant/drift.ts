import { parseArgs } from 'node:util'
import { child, masterSecret, tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { claimName } from '../../../operator/src/controllers/tenant/claims.ts'
import { compare } from '../../../operator/src/controllers/tenant/compare/compare.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { objectPath } from '../../../operator/src/kube/paths.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type Bench, driftBench, type Struck, type Target, untilBack } from '../../support/drift/bench.ts'
import { additionsTo, type Edit, editsOf, type Json } from '../../support/drift/edits.ts'
import { inventory, renderingOf } from '../../support/drift/inventory.ts'
import { Tally } from '../../support/drift/tally.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { quiet, type ReadyTenant, readyTenants, untilReady } from '../../support/ready-tenants.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

/** Secrets are not watched, they are looked at: in production every 600 s. */
const resyncSeconds = 5
const limitMs = 60_000

const everyNth = (edits: Edit[], n: number, offset: number) =>
  edits.filter((_, index) => index % n === offset)

/** All objects of a tenant that a stranger may edit, with all edits that there are. */
async function targetsOf(world: OperatorWorld, bench: Bench, tenant: ReadyTenant): Promise<Target[]> {
  const { client } = world.controlPlane
  const namespace = tenantNamespace(tenant.tenantID)
  const root = await client.call('GET', `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`)
  const uid = root.metadata.uid ?? ''
  const edits = (kind: string, object: object) => [...editsOf(object as Json), ...additionsTo(kind, uid)]
  const children = await Promise.all(
    inventory(await renderingOf(world, tenant)).map(async ({ kind, object }) => {
      const { metadata } = object
      const where =
        metadata.namespace === undefined
          ? { name: metadata.name }
          : { namespace: metadata.namespace, name: metadata.name }
      const live = await client.call<KubeObject>('GET', objectPath(kind, where))
      const different = compare(object, { ...live, kind: kind.kind })
      claimHolds(
        different.length === 0,
        `${kind.kind} ${metadata.name} is not what our builders make: ${different.map(({ path }) => path).join(', ')}`,
      )
      return bench.target(kind, where, edits(kind.kind, object))
    }),
  )
  const secret = async (where: { namespace: string; name: string }, isMaster: boolean) => {
    const { metadata, type, data } = await client.call<KubeObject>('GET', objectPath(kinds.Secret, where))
    const { name, labels, annotations } = metadata
    const shape = { metadata: { name, labels, annotations }, type, data }
    // The data of a master copy are the truth that everything else is put back to.
    const mine = edits('Secret', shape).filter(
      ({ what, path }) => !isMaster || path[0] !== 'data' || what === 'add',
    )
    return bench.target(kinds.Secret, where, mine)
  }
  const mounted = [child.signingKeys, child.databaseApp, child.databaseOwner]
  const masters = [masterSecret.signingKeys, masterSecret.database]
  return [
    ...children,
    ...(await Promise.all(mounted.map((name) => secret({ namespace, name }, false)))),
    ...(await Promise.all(
      masters.map((name) => secret({ namespace: operatorNamespace, name: name(tenant.tenantID) }, true)),
    )),
  ]
}

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

/** Edits that would start pods start none: what they would cost is not the matter here. */
async function noMorePods({ controlPlane: { client } }: OperatorWorld, tenants: readonly ReadyTenant[]) {
  const quotas = tenants.map(
    ({ tenantID }) => `/api/v1/namespaces/${tenantNamespace(tenantID)}/resourcequotas`,
  )
  for (const path of quotas)
    await client.call('POST', path, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'no-more-pods' },
      spec: { hard: { pods: '0' } },
    })
  return async () => {
    for (const path of quotas) await client.call('DELETE', `${path}/no-more-pods`)
  }
}

/** Each object of each tenant by its own worker, edit after edit. */
async function whileUp(stage: Stage, tenants: readonly Target[][]): Promise<void> {
  await Promise.all(
    tenants.flat().map(async (target) => {
      for (const edit of target.edits)
        await settle(stage, nameOf(target, edit), await stage.bench.strike(target, edit))
      stage.say(`${target.name}: ${target.edits.length} edits`)
    }),
  )
}

/** One edit of every object at once, with nobody there; then the operator starts. */
async function whileDown(stage: Stage, tenants: readonly Target[][], rounds: number): Promise<void> {
  const { world, bench, tally } = stage
  for (let round = 0; round < rounds; round++) {
    await world.operator.stop()
    const struck = await Promise.all(
      tenants.flat().map(async (target, index) => {
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

/** Every object deleted, one by one. The API server refuses the namespace. */
async function deletions(stage: Stage, targets: readonly Target[]): Promise<void> {
  // A master copy of passwords that is gone is made anew, with other passwords: another test's matter.
  for (const target of targets.filter(({ object }) => !object.endsWith('-database')))
    await settle(stage, `${target.name}: deleted`, await stage.bench.remove(target))
}

/** Rollouts that the edits began come to their end; then ten seconds without a write. */
async function restful(
  { world, say }: Stage,
  lab: TenantLab,
  tenants: readonly ReadyTenant[],
): Promise<void> {
  for (const tenant of tenants) await untilReady(lab, tenant, 180_000)
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
    env: { KIAVI_RESYNC_SECONDS: String(resyncSeconds) },
    classSpec: { runtime: { image: 'kiavi/runtime:source', replicas: 2 } },
  })
  const bench = driftBench(world.controlPlane.client)
  try {
    await world.operator.start()
    const lab = new TenantLab(world)
    const tenants = await readyTenants(lab, count)
    await quiet(world, 3_000)
    const tally = new Tally()
    const stage = { world, bench, tally, say }
    const all = await Promise.all(tenants.map((tenant) => targetsOf(world, bench, tenant)))
    const kindsOf = (all[0] ?? []).map(({ name }) => name)
    // What all tenants have in common is shared out among them.
    const shares = all.map((targets, offset) =>
      targets.map((target) => ({ ...target, edits: everyNth(target.edits, count * every, offset) })),
    )
    const edits = shares.flat().reduce((sum, target) => sum + target.edits.length, 0)
    say(`${edits} edits of ${kindsOf.length} objects, shared out among ${count} tenants`)
    const letPods = await noMorePods(world, tenants)
    await whileUp(stage, shares)
    await letPods()
    await restful(stage, lab, tenants)
    const whileUpCount = tally.edited
    say('every object deleted')
    for (const [index, targets] of all.entries())
      await deletions(
        stage,
        targets.filter((_, n) => n % count === index),
      )
    const [first] = tenants
    for (const kind of ['host', 'rp'] as const) {
      const where = { namespace: operatorNamespace, name: claimName({ kind, value: first!.host }) }
      const claim = await bench.target(kinds.ConfigMap, where, [])
      await settle(stage, `claim of ${kind}: deleted`, await bench.remove(claim))
    }
    await restful(stage, lab, tenants)
    const deleted = tally.edited - whileUpCount
    await whileDown(stage, all, rounds)
    const down = tally.edited - whileUpCount - deleted
    await restful(stage, lab, tenants)
    claimHolds(
      tally.lost.length === 0,
      `${tally.lost.length} edits were not put back within ${limitMs / 1000} s: ${tally.lost.join('; ')}`,
    )
    return {
      'objects of a tenant': kindsOf.length,
      'edits, one by one': whileUpCount,
      'objects deleted': deleted,
      'edits while the operator was down': down,
      'not put back': tally.lost.length,
      'slowest, in seconds': Number((tally.slowestMs / 1000).toFixed(1)),
      'slowest was': tally.slowest,
      'refused by the API server (immutable, invalid, or a policy)': tally.refused,
      'filled in again by the API server itself': tally.filledIn,
      'writes in 10 s afterwards, three times': 0,
      'Secrets are looked at every so many seconds here (600 by default)': resyncSeconds,
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
  minutes: 10,
  run,
}
