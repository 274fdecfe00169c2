import { describe, expect, it } from 'vitest'
import { proves, checkRuntime } from '../../../../../operator/src/controllers/tenant/checks/runtime.ts'
import { type DeploymentFacts } from '../../../../../operator/src/controllers/tenant/compare/facts.ts'
import { type Projection } from '../../../../../operator/src/controllers/tenant/compare/projection.ts'
import { type PodSeen, type SecretsSeen } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { key, ledger } from '../keys/examples.ts'
import { observed, rendering, tenant, tenantID } from '../world.ts'

const image = 'kiavi/runtime:1'
const pod = (answer: object = {}, published = ['k1']): PodSeen => ({
  ...{ pod: 'a', serving: true, keys: undefined },
  answer: { ready: true, schemaVersion: 3, activeKid: 'k1', kids: ['k1'], ...answer },
  published,
  fault: undefined,
})
const silent: PodSeen = { ...pod(), answer: undefined, published: undefined, fault: 'no route' }
const secrets: SecretsSeen = {
  ...observed().secrets!,
  ledger: ledger(key('k1', 'Active'), key('k0', 'Retiring'), key('kx', 'Destroyed')),
}
const facts = (change: Partial<DeploymentFacts> = {}): DeploymentFacts => ({
  ...{ observed: true, wanted: 2, replicas: 2, updated: 2, ready: 2, image, trouble: undefined, ...change },
})
function reason(
  deployment: DeploymentFacts | undefined,
  pods: PodSeen[],
  migratedImage: string | undefined = image,
) {
  const children = new Map(
    deployment ? [['Deployment/runtime', { facts: { deployment } } as Projection]] : [],
  )
  const judged = tenant({ status: { tenantID, database: { migratedImage } } })
  return checkRuntime(judged, rendering(), observed({ children, pods, secrets }))?.reason
}

describe('checkRuntime', () => {
  it.each([
    { because: 'a pod proved it', deployment: facts(), pods: [silent, pod()], is: undefined },
    {
      because: 'the image was not migrated to',
      deployment: facts(),
      pods: [pod()],
      migrated: 'old',
      is: 'Migrating',
    },
    { because: 'there is no Deployment', deployment: undefined, pods: [], is: 'RollingOut' },
    {
      because: 'its controller lags',
      deployment: facts({ observed: false }),
      pods: [pod()],
      is: 'RollingOut',
    },
    { because: 'old pods are left', deployment: facts({ updated: 1 }), pods: [pod()], is: 'RollingOut' },
    {
      because: 'it has no pod',
      deployment: facts({ replicas: 0, updated: 0 }),
      pods: [pod()],
      is: 'RollingOut',
    },
    {
      because: 'it runs another image',
      deployment: facts({ image: 'old' }),
      pods: [pod()],
      is: 'RollingOut',
    },
    {
      because: 'its pods do not come up',
      deployment: facts({ trouble: 'x' }),
      pods: [pod()],
      is: 'RolloutStuck',
    },
    { because: 'no pod answers', deployment: facts(), pods: [silent], is: 'PodsUnproven' },
    {
      because: 'the one that has it gets no requests',
      deployment: facts(),
      pods: [{ ...pod(), serving: false }],
      is: 'PodsUnproven',
    },
    { because: 'nobody could be asked', deployment: facts(), pods: [], is: 'PodsUnproven' },
  ])('is $is when $because', ({ deployment, pods, migrated, is }) => {
    expect(reason(deployment, pods, migrated)).toBe(is)
  })
})

describe('proves', () => {
  it.each([
    { because: 'it is ready with the key', answer: pod(), is: true },
    { because: 'it did not answer', answer: silent, is: false },
    { because: 'it is not ready', answer: pod({ ready: false }), is: false },
    { because: 'it has yet to take up the new key', answer: pod({ activeKid: 'k0' }), is: true },
    { because: 'it signs with a revoked key', answer: pod({ activeKid: 'kx' }), is: false },
    { because: 'it signs with a foreign key', answer: pod({ activeKid: 'k9' }), is: false },
    { because: 'verifiers do not get the key', answer: pod({}, ['k0']), is: false },
  ])('is $is when $because', ({ answer, is }) => {
    expect(proves(answer, { secrets, database: undefined })).toBe(is)
  })

  it('is false where the database is ahead of the pod', () => {
    const inside = { schemas: [], objects: [], foreign: [], grants: [], schemaVersion: 4 }
    const database = {
      ...{ ours: true, marker: undefined, commented: true, allowConnections: true, connectionLimit: 12 },
      ...{ grants: [], inside },
    }
    const seen = { serverVersion: 180004, administrator: 'kiavi', roles: {}, database }
    const world = {
      secrets,
      database: { state: 'seen', observed: seen, marked: undefined, open: [] },
    } as const
    expect(proves(pod({ schemaVersion: 3 }), { ...world, database: { ...world.database, open: [] } })).toBe(
      false,
    )
    expect(proves(pod({ schemaVersion: 4 }), { ...world, database: { ...world.database, open: [] } })).toBe(
      true,
    )
  })
})
