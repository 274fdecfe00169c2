import { setTimeout as sleep } from 'node:timers/promises'
import { annotation, tenantNamespace } from '../../operator/src/api/v1alpha1/names.ts'
import { tenantsPath } from './apply-wave.ts'
import { atRest } from './at-rest.ts'
import { answersRightly, type Bench, type BenchIO, type Row } from './bench.ts'
import { costOf } from './calibration.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { isRotated, standbyKnownAt, standbyOf } from './key-phases.ts'
import { type OneForAllPods, startOneForAllPods } from './one-for-all-pods.ts'
import { mainThreadTime, processorTime } from './processor-time.ts'
import { type Chain, chainsOf } from './recorded-chains.ts'
import { replayInPlace } from './replay-in-place.ts'
import { median, rowOf } from './statistics.ts'
import { untilAll } from './until-all.ts'
import { startWaveWorld, type WaveWorld } from './wave-world.ts'

/** The shortest waits that the API allows; the longest life of a token, so that no key ends while another wave runs. */
const spec = {
  signingKeys: { jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 },
  tokens: { accessTokenSeconds: 3_600 },
}
/** From when a key is published until it may sign: twice the max-age, and a minute for clocks. */
const publishSeconds = 2 * spec.signingKeys.jwksMaxAgeSeconds + 60
/** Many tenants are made side by side: for a long time none of them is done. */
const stillMs = 1_800_000
/** The operator makes one more key ahead in so many seconds, up to one for each tenant. */
const reserveSeconds = 2

interface Scene {
  world: WaveWorld
  fleet: Fleet
  pods: OneForAllPods
  say: (line: string) => void
}

interface Wave {
  /** Seconds after which each tenant's pods signed with the standby of before, in order. */
  signed: number[]
  /** Seconds after which each had another standby, published by its pods, in order. */
  whole: number[]
}

/** Waits until each tenant serves, and its standby may sign. */
async function untilKnown({ fleet, say }: Scene): Promise<void> {
  const { names, keys, isReady, describe: why } = fleet
  const look = () => {
    const now = Date.now()
    return (name: string) => isReady(name) && standbyKnownAt(keys(name), publishSeconds) < now
  }
  await untilAll(names, { what: 'serve, with a standby that may sign', look, why, say, stillMs })
}

/** Asks for a rotation of every tenant at once. */
async function rotate(scene: Scene, nonce: string): Promise<Wave> {
  const { world, fleet, pods, say } = scene
  const { names, keys, describe: why } = fleet
  const standbys = new Map(names.map((name) => [name, standbyOf(keys(name))]))
  const namespaces = new Map(
    names.map((name) => [name, tenantNamespace(fleet.tenant(name)?.status?.tenantID ?? '')]),
  )
  const standby = (name: string) => standbys.get(name) ?? ''
  const sign = () => {
    const kids = pods.kids()
    return (name: string) => {
      const all = kids.get(namespaces.get(name) ?? '') ?? []
      return all.length > 0 && all.every((kid) => kid === standby(name))
    }
  }
  const rotated = () => (name: string) => isRotated(keys(name), standby(name))
  const ask = (name: string) =>
    world.controlPlane.client.call('PATCH', `${tenantsPath}/${name}`, {
      metadata: { annotations: { [annotation.rotateKeys]: nonce } },
    })
  const [signed, whole] = await Promise.all([
    untilAll(names, { what: 'sign with their standby', look: sign, why, say }),
    untilAll(names, { what: 'have another standby', look: rotated, why, say }),
    ...names.map(ask),
  ])
  return { signed, whole }
}

/** What comes last of a rotation is its events. */
async function untilWritten(writes: readonly unknown[]): Promise<void> {
  for (let known = -1; known < writes.length;) {
    known = writes.length
    await sleep(3_000)
  }
}

/** What the operator writes when every key is rotated; it has made few keys ahead. */
async function record(scene: Scene): Promise<{ chains: Chain[]; cold: Wave }> {
  const { world, fleet } = scene
  await world.recorded.start()
  await atRest(world.recorded)
  await untilWritten(world.writes)
  world.writes.length = 0
  const cold = await rotate(scene, 'wave-1')
  await untilWritten(world.writes)
  await world.recorded.stop()
  const named = fleet.names.map((name) => ({ name, tenantID: fleet.tenant(name)?.status?.tenantID ?? '' }))
  const chains = chainsOf(world.writes, named)
  world.writes.length = 0
  return { chains, cold }
}

/** A wave with a key ready for every tenant, and the operator's processor time in it, in milliseconds. */
async function measure(scene: Scene) {
  const { world, fleet, say } = scene
  const { operator } = world
  await operator.start()
  const ahead = fleet.names.length * reserveSeconds + 30
  say(`${ahead} s until a key is made ahead for every tenant`)
  await sleep(ahead * 1_000)
  await atRest(operator)
  await untilKnown(scene)
  const pid = operator.pid()
  const before = { all: processorTime(pid), main: mainThreadTime(pid) }
  const warm = await rotate(scene, 'wave-2')
  const cpu = processorTime(pid) - before.all
  const main = mainThreadTime(pid) - before.main
  await sleep(3_000)
  await operator.stop()
  return { warm, cpu, main }
}

const last = (all: readonly number[]) => all.at(-1) ?? 0
const rounded = (value: number) => value.toFixed(0)

async function compare(scene: Scene): Promise<Row[]> {
  const { world, fleet, pods, say } = scene
  const count = fleet.names.length
  const { chains, cold } = await record(scene)
  const lengths = chains.map(({ writes }) => writes.length)
  say(`recorded, ${rounded(median(lengths))} writes for one rotation; ${rounded(last(cold.whole))} s for all`)
  const { warm, cpu, main } = await measure(scene)
  say(`measured, ${rounded(last(warm.signed))} s until all sign; ${rounded(last(warm.whole))} s for all`)
  pods.holdVolumes(true)
  const raw = await replayInPlace(world, chains)
  const key = await costOf('rsa-3072-key', 2_000)
  const ours = count / last(warm.whole)
  return [
    rowOf(
      'rotation against the raw API server',
      'times the same bodies written raw',
      [ours / raw.chains],
      `${ours.toFixed(1)}/s for ${count} tenants until each has another standby; raw ${raw.chains.toFixed(1)}/s, ${rounded(raw.writes)} writes/s`,
    ),
    rowOf(
      'rotation against key generation',
      'times one RSA-3072 key after the other',
      [(ours * key) / 1000],
      `one key ${rounded(key)} ms CPU; with few keys made ahead ${rounded(last(cold.whole))} s instead of ${rounded(last(warm.whole))} s`,
    ),
    rowOf(
      'rotation: until every pod signs anew',
      's',
      [last(warm.signed)],
      `${count} tenants with one pod each, half of them after ${median(warm.signed).toFixed(1)} s; ${rounded(last(warm.whole))} s until each has another standby`,
    ),
    rowOf(
      'rotation: writes to the API server',
      'per tenant',
      lengths,
      'events, nudges and status included; the end of the old key, an hour later, not',
    ),
    rowOf(
      "rotation: operator's CPU",
      'ms per tenant',
      [cpu / count],
      `${rounded(main / count)} ms of it on its main thread; the next key for the reserve is made meanwhile`,
    ),
  ]
}

async function run({ pace, say: tell }: BenchIO): Promise<Row[]> {
  const say = (line: string) => tell(`rotation: ${line}`)
  const world = await startWaveWorld(say)
  const undo: (() => unknown)[] = [() => world.stop()]
  try {
    const { client } = world.controlPlane
    const pods = await startOneForAllPods(client, say)
    undo.push(() => pods.stop())
    await world.operator.start()
    const names = Array.from({ length: pace.fleet }, (_, i) => `fleet-${String(i).padStart(4, '0')}`)
    const fleet = await createFleet(client, names, spec)
    undo.push(() => fleet.stop())
    const scene = { world, fleet, pods, say }
    await untilKnown(scene)
    await world.operator.stop()
    const rows = await compare(scene)
    answersRightly(names.every(fleet.isReady), 'A tenant was not Ready after its rotation.')
    return rows
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

/** Every signing key rotated at once: how near the operator comes to what the API server could do. */
export const rotation: Bench = { name: 'rotation', onlyByName: true, run }
