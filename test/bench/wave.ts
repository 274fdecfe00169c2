import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { annotation, mintTenantID } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient } from '../cluster/kube-client.ts'
import { answersRightly, type Bench, type BenchIO, type Row } from './bench.ts'
import { applyWave, createTenant, type TenantObject, tenantsPath } from './apply-wave.ts'
import { bareDatabases } from './bare-databases.ts'
import { costOf } from './calibration.ts'
import { processorTime } from './processor-time.ts'
import { type Chain, chainsOf, type Names, renamer } from './recorded-chains.ts'
import { replayer } from './replay.ts'
import { median, rowOf } from './statistics.ts'
import { startWaveWorld, type WaveWorld } from './wave-world.ts'

/** Chains that the raw writer works on at the same time: more gain nothing on two cores. */
const replayed = 32
const databaseConnections = 4

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

async function named(client: KubeClient, names: readonly string[]): Promise<Names[]> {
  return Promise.all(
    names.map(async (name) => {
      const tenantID = (await client.find<TenantObject>(`${tenantsPath}/${name}`))?.status?.tenantID
      answersRightly(tenantID !== undefined, `${name} has all its children and no tenant ID.`)
      return { name, tenantID }
    }),
  )
}

/** What follows the last child is its status and events. */
const settle = () => sleep(2_000)

async function record(world: WaveWorld, names: readonly string[]): Promise<Chain[]> {
  await world.recorded.start()
  await applyWave(world.controlPlane.client, names)
  for (let known = -1; known < world.writes.length;) {
    known = world.writes.length
    await settle()
  }
  await world.recorded.stop()
  return chainsOf(world.writes, await named(world.controlPlane.client, names))
}

/** The seconds of one wave by the operator, and the operator's own processor time in it, in milliseconds. */
async function byOperator({ controlPlane, operator }: WaveWorld, names: readonly string[]) {
  await operator.start()
  // Tenants of earlier rounds are looked at when it starts.
  await settle()
  const before = processorTime(operator.pid())
  const seconds = await applyWave(controlPlane.client, names)
  const cpu = processorTime(operator.pid()) - before
  await settle()
  await operator.stop()
  return { seconds, cpu }
}

/** The seconds of the same writes without an operator. */
async function byReplay(
  world: WaveWorld,
  chains: readonly Chain[],
  names: readonly string[],
): Promise<number> {
  const { controlPlane, credential } = world
  const { client, server: url, ca } = controlPlane
  const raw = replayer({ url, ca, credential }, replayed)
  const queue = chains.map((chain, i) => ({
    chain,
    to: { name: names[i]!, tenantID: mintTenantID((bytes) => randomBytes(bytes)) },
  }))
  const made = queue.map(({ to }) => to)
  try {
    const start = performance.now()
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { chain, to } = next
        const { metadata } = await createTenant(client, to.name)
        raw.know(`${tenantsPath}/${to.name}`, metadata)
        const rename = renamer(chain, to, digest)
        for (const write of chain.writes) await raw.send(write, rename)
      }
    }
    await Promise.all(Array.from({ length: replayed }, lane))
    return (performance.now() - start) / 1000
  } finally {
    await raw.close()
    // The operator of the next round must not find tenants whose databases were never made.
    await Promise.all(made.map((each) => forget(client, each)))
  }
}

/** Lets go of a tenant in the words that a person would use, and takes the finalizer off in the operator's stead. */
async function forget(client: KubeClient, { name, tenantID }: Names): Promise<void> {
  const path = `${tenantsPath}/${name}`
  if ((await client.find(path)) === undefined) return
  await client.call('PATCH', path, { metadata: { annotations: { [annotation.release]: tenantID } } })
  await client.call('DELETE', path)
  if ((await client.find(path)) !== undefined)
    await client.call('PATCH', path, { metadata: { finalizers: null } })
}

async function compare({ pace, say }: BenchIO, world: WaveWorld): Promise<Row[]> {
  const namesOf = (series: string) =>
    Array.from({ length: pace.tenants }, (_, i) => `wave-${series}-${String(i).padStart(3, '0')}`)
  const chains = await record(world, namesOf('rec'))
  const writes = chains.reduce((sum, chain) => sum + chain.writes.length, 0)
  say(`wave: ${pace.tenants} tenants recorded, ${writes} writes`)
  const rounds = Math.min(pace.rounds, 3)
  const raw: number[] = []
  const ours: number[] = []
  const bare: number[] = []
  const cpu: number[] = []
  const key: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const wave = await byOperator(world, namesOf(`op${round}`))
    ours.push(pace.tenants / wave.seconds)
    cpu.push(wave.cpu / pace.tenants)
    raw.push(pace.tenants / (await byReplay(world, chains, namesOf(`re${round}`))))
    bare.push(await bareDatabases(world.postgres, pace.tenants, databaseConnections))
    key.push(await costOf('rsa-3072-key', 2_000))
    say(`wave: round ${round} of ${rounds}`)
  }
  const against = (other: number[]) => ours.map((each, i) => each / other[i]!)
  const rate = (all: number[]) => `${median(all).toFixed(1)}/s`
  const note = `${rate(ours)} for ${pace.tenants} tenants, 3072-bit keys; operator CPU ${median(cpu).toFixed(0)} ms each`
  const keyRate = key.map((milliseconds) => 1000 / milliseconds)
  return [
    rowOf(
      'wave against the raw API server',
      'times the same bodies written raw',
      against(raw),
      `${note}; raw ${rate(raw)}`,
    ),
    rowOf(
      'wave against the database server',
      'times CREATE ROLE x4 + CREATE DATABASE',
      against(bare),
      `bare ${rate(bare)} on ${databaseConnections} connections, fsync on`,
    ),
    rowOf(
      'wave against key generation',
      'times one RSA-3072 key after the other',
      against(keyRate),
      `one RSA-3072 key ${median(key).toFixed(0)} ms CPU`,
    ),
    rowOf(
      'wave: writes to the API server',
      'per tenant',
      chains.map((chain) => chain.writes.length),
      'events and status included',
    ),
  ]
}

/** Many tenants at once: how near the operator comes to what API server and PostgreSQL could do. */
export const wave: Bench = {
  name: 'wave',
  run: async (io) => {
    const world = await startWaveWorld((line) => io.say(`wave: ${line}`))
    try {
      return await compare(io, world)
    } finally {
      await world.stop()
    }
  },
}
