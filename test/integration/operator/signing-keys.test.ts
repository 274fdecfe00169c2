import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { type NewTenant, eventually, provision, read } from './lab.ts'

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
  const made = await provision(world)
  tenant = made.tenant
  namespace = `kiavi-${made.id}`
}, 180_000)
afterAll(() => world.stop())

describe('signing keys', () => {
  it('come as two: one signs, and one that every pod publishes stands by', async () => {
    await eventually(phases, (seen) => seen.join() === 'Active,Published')
  })

  it('go on with what is there where the mounted copy is deleted', async () => {
    const before = await keys()
    await kubectl('delete', 'secret', 'signing-keys', '-n', namespace)
    await eventually(
      () => kubectl('get', 'secret', 'signing-keys', '-n', namespace, '--ignore-not-found', '-o', 'name'),
      (said) => said !== '',
    )
    expect(await keys()).toEqual(before)
  })

  it('that are revoked leave pods that do not follow: those are replaced', async () => {
    const [revoked, standby] = [await kidIn('Active'), await kidIn('Published')]
    const before = await pods()
    expect(before.length).toBeGreaterThanOrEqual(2)
    world.kubelet.holdVolumes(true)
    await patch({ spec: { signingKeys: { revoke: [{ kid: revoked, sessions: 'Keep' }] } } })
    await eventually(
      pods,
      (now) => now.length === before.length && now.every((name) => !before.includes(name)),
      { seconds: 60 },
    )
    world.kubelet.holdVolumes(false)
    await eventually(phases, (seen) => seen.join() === 'Destroyed,Active,Published')
    expect(await kidIn('Active')).toBe(standby)
  }, 150_000)
})
