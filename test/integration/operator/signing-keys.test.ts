import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { type NewTenant, eventually, newTenant, provision, read } from './lab.ts'

let world: OperatorWorld
let tenant: NewTenant
let namespace: string
const kubectl = (...args: string[]) => world.controlPlane.kubectl(args)
const keys = async () => (await read(world.controlPlane, tenant))?.status?.keys ?? []
const phases = async () => (await keys()).map(({ phase }) => phase)
const kidIn = async (phase: string) => (await keys()).find((key) => key.phase === phase)?.kid ?? ''
const patch = (change: object) =>
  kubectl('patch', 'kt', tenant.name, '-n', tenant.namespace, '--type=merge', '-p', JSON.stringify(change))
const pods = async () =>
  (
    await kubectl(
      'get',
      'pods',
      '-n',
      namespace,
      '-l',
      'app.kubernetes.io/name=kiavi-runtime,!job-name',
      '-o',
      'name',
    )
  )
    .trim()
    .split('\n')

beforeAll(async () => {
  world = await startOperatorWorld({ classSpec: { runtime: { image: 'kiavi/runtime:source', replicas: 2 } } })
  await world.operator.start()
  const soon = { bits: 2048, jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 }
  const made = await provision(world, newTenant({ signingKeys: soon }))
  tenant = made.tenant
  namespace = `kiavi-${made.id}`
}, 180_000)
afterAll(() => world.stop())

describe('signing keys', () => {
  it('come as two: one signs, and one that every pod publishes stands by', async () => {
    await eventually(phases, (seen) => seen.join() === 'Active,Published')
  })

  it('change places when somebody asks for it, once, as soon as every verifier can know the standby', async () => {
    const [active, standby] = [await kidIn('Active'), await kidIn('Published')]
    const asked = { metadata: { annotations: { 'kiavi.eu/rotate-keys': 'first' } } }
    await patch(asked)
    await eventually(
      () => kidIn('Active'),
      (kid) => kid === standby,
      { seconds: 150 },
    )
    expect(await kidIn('Retiring')).toBe(active)
    await eventually(phases, (seen) => seen.join() === 'Retiring,Active,Published')
    await patch(asked)
    await patch({ spec: { displayName: 'Acme' } })
    await eventually(
      () => read(world.controlPlane, tenant),
      (seen) => seen?.status?.observedGeneration === seen?.metadata.generation,
    )
    expect(await kidIn('Active')).toBe(standby)
  }, 240_000)

  it('that are revoked leave pods that do not follow: those are replaced', async () => {
    const [revoked, standby] = [await kidIn('Active'), await kidIn('Published')]
    await kubectl('rollout', 'status', 'deployment/runtime', '-n', namespace, '--timeout=60s')
    const before = await eventually(pods, (now) => now.length === 2)
    world.kubelet.holdVolumes(true)
    await patch({ spec: { signingKeys: { revoke: [{ kid: revoked, sessions: 'Keep' }] } } })
    await eventually(pods, (now) => now.length === 2 && now.every((name) => !before.includes(name)), {
      seconds: 150,
    })
    world.kubelet.holdVolumes(false)
    await eventually(phases, (seen) => seen.join() === 'Retiring,Destroyed,Active,Published')
    expect(await kidIn('Active')).toBe(standby)
  }, 240_000)
})
