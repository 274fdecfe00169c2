import { parseArgs } from 'node:util'
import { clusterLost } from '../../support/accidents/cluster.ts'
import {
  customerNamespaceDeleted,
  customerNamespaceFinalized,
} from '../../support/accidents/customer-namespace.ts'
import { definitionRemoved, definitionStripped } from '../../support/accidents/definition.ts'
import { objectForceDeleted } from '../../support/accidents/object.ts'
import { keepSigningIn, podOf, signInAt, signUpAt } from '../../support/accidents/person.ts'
import {
  type Accident,
  apply,
  findTenant,
  type Scene,
  untilCondition,
  yamlOf,
} from '../../support/accidents/scene.ts'
import { type Passkey } from '../../support/authenticator.ts'
import { eventually } from '../../support/eventually.ts'
import { renderChart } from '../../support/helm.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

interface Case {
  name: string
  happens: Accident
  /** Its pods and Secrets are gone too: nothing answers until it is adopted, and then it signs with another key. */
  clusterGone?: true
}

const cases: readonly Case[] = [
  { name: 'customer namespace deleted', happens: customerNamespaceDeleted },
  { name: 'customer namespace finalized', happens: customerNamespaceFinalized },
  { name: 'CRD removed', happens: definitionRemoved },
  { name: 'CRD stripped of its finalizer', happens: definitionStripped },
  { name: 'object force-deleted', happens: objectForceDeleted },
  { name: 'etcd lost', happens: clusterLost, clusterGone: true },
]

/** What must be the same after every accident. */
async function dataOf({ postgres }: OperatorWorld, tenantID: string) {
  const client = await postgres.connect(postgres.superuser, `kiavi_${tenantID}`)
  try {
    const { rows } = await client.query<{ oid: number; users: number; passkeys: number; digest: string }>(
      `SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),
              (SELECT count(*)::int FROM auth.users) AS users,
              (SELECT count(*)::int FROM auth.passkeys) AS passkeys,
              (SELECT md5(string_agg(u::text, ',' ORDER BY id)) FROM auth.users u) AS digest`,
    )
    return rows[0]!
  } finally {
    await client.end()
  }
}

const keysAt = async (url: string) => (await fetch(`${url}/.well-known/jwks.json`)).text()

const destroying = new Set(['DROP', 'TRUNCATE', 'DELETE'])

/** A tenant that serves, with people who have signed up. */
async function begin(world: OperatorWorld, io: Pick<Scene, 'say' | 'told'>) {
  const whose = { namespace: 'shop', name: 'acme', host: 'auth.acme.test' }
  const chart = await renderChart()
  const scene: Scene = { ...io, ...whose, world, tenantID: '', chart }
  await apply(scene, yamlOf(whose))
  await untilCondition(scene, whose, { type: 'Ready' })
  scene.tenantID = (await findTenant(scene, whose))?.status?.tenantID ?? ''
  const url = await servedAt(scene)
  const passkeys: Passkey[] = []
  for (const name of ['Ada', 'Grace', 'Edsger']) passkeys.push(await signUpAt(url, scene.host, name))
  return { scene, passkeys }
}

const servedAt = ({ world, tenantID }: Scene) =>
  eventually('A pod of the tenant being ready', () => podOf(world.controlPlane.client, tenantID), 60_000)

/** One accident, from a tenant that serves to a tenant that serves; returns what was seen meanwhile. */
async function suffer(
  { name, happens, clusterGone }: Case,
  scene: Scene,
  passkeys: readonly Passkey[],
): Promise<Figures> {
  const { world, host, tenantID } = scene
  const before = await dataOf(world, tenantID)
  const servedBefore = await servedAt(scene)
  const keys = await keysAt(servedBefore)
  const stop = keepSigningIn(servedBefore, host, passkeys[0]!)
  const start = performance.now()
  try {
    await happens(scene)
  } finally {
    await stop()
  }
  const seconds = Math.round((performance.now() - start) / 1000)
  const { tried, failed } = await stop()
  claimHolds(
    clusterGone === true || failed.length === 0,
    `${name}: ${failed.length} of ${tried} sign-ins failed: ${[...new Set(failed)].join(', ')}`,
  )
  const after = await dataOf(world, tenantID)
  claimHolds(
    JSON.stringify(after) === JSON.stringify(before),
    `${name}: the data are not what they were: ${JSON.stringify({ before, after })}`,
  )
  const object = await findTenant(scene, scene)
  claimHolds(object?.status?.tenantID === tenantID, `${name}: the tenant has another ID.`)
  const url = await servedAt(scene)
  const sameKeys = (await keysAt(url)) === keys
  claimHolds(
    sameKeys === (clusterGone !== true),
    `${name}: its signing keys are ${sameKeys ? 'still those that were lost' : 'others'}.`,
  )
  for (const passkey of passkeys) {
    const answer = await signInAt(url, host, passkey)
    claimHolds(answer === 200, `${name}: a passkey from before does not sign in: ${answer}`)
  }
  return {
    [`${name}: sign-ins meanwhile`]: tried,
    [`${name}: of these failed`]: failed.length,
    [`${name}: its signing keys are the same`]: sameKeys,
    [`${name}: passkeys from before that sign in`]: passkeys.length,
    [`${name}: people before`]: before.users,
    [`${name}: people after`]: after.users,
    [`${name}: seconds until it was as before`]: seconds,
  }
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({ args, options: { only: { type: 'string', multiple: true } } })
  const chosen = cases.filter(({ name }) => values.only?.some((word) => name.includes(word)) ?? true)
  const world = await startOperatorWorld({ progress: say })
  let sentences = 0
  const told = (where: string, sentence: string) => {
    sentences++
    say(`${where}\n           > ${sentence.replaceAll('\n', '\n           > ')}`)
  }
  try {
    await world.operator.start()
    const { scene, passkeys } = await begin(world, { say, told })
    const figures: Figures = {}
    for (const each of chosen) {
      say(`--- ${each.name}`)
      Object.assign(figures, await suffer(each, scene, passkeys))
    }
    const sql = world.injector.ledger.effects().filter(({ backend }) => backend === 'sql')
    const destroyed = sql.filter(({ verb }) => destroying.has(verb))
    claimHolds(sql.length > 0, 'The ledger saw no statement at all: it cannot show that none destroys.')
    claimHolds(
      destroyed.length === 0,
      `The operator destroyed: ${destroyed.map(({ verb, object }) => `${verb} ${object}`).join('; ')}`,
    )
    return {
      accidents: chosen.length,
      ...figures,
      'sentences that told a person what to do': sentences,
      'statements of the operator that change something': sql.length,
      'DROP, TRUNCATE or DELETE among them': destroyed.length,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    "The customer namespace deleted, the CRD removed, the object force-deleted, etcd lost with the operator's own Secrets: no data are lost, the service goes on or is adopted back under the same ID, and the passkeys from before sign in.",
  needs: 'control-plane',
  minutes: 5,
  run,
}
