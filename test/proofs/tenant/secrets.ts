import {
  child,
  databaseNames,
  masterSecret,
  tenantNamespace,
} from '../../../operator/src/api/v1alpha1/names.ts'
import { eventually } from '../../support/eventually.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import {
  condition,
  type ReadyTenant,
  readyTenants,
  tenantPath,
  untilReady,
} from '../../support/ready-tenants.ts'
import { formsOf, needle } from '../../support/secret-scan.ts'
import {
  logEverything,
  needlesOf,
  plantAndFind,
  searchAll,
  storedSecrets,
  visit,
} from '../../support/secret-search.ts'
import { sinks } from '../../support/secret-sinks.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

/** People who come, and things that go wrong: what is told of them must not tell more. */
async function trouble(world: OperatorWorld, lab: TenantLab, tenants: readonly ReadyTenant[]) {
  const { controlPlane, postgres } = world
  const { client } = controlPlane
  const [first, second] = tenants as [ReadyTenant, ReadyTenant]
  const admin = `/api/v1/namespaces/${operatorNamespace}/secrets/database-admin`
  const rename = (displayName: string) =>
    client.call('PATCH', tenantPath(first.name), { spec: { displayName } })
  const says = (reason: string) =>
    eventually(
      `${reason} on ${first.name}`,
      async () => condition(await lab.find(first), 'DatabaseReady')?.reason === reason,
      60_000,
    )

  await client.call('PATCH', admin, { stringData: { password: 'wrong-password-for-the-administrator' } })
  await rename('With a wrong password')
  await says('DatabaseRefused')
  await client.call('PATCH', admin, { stringData: { password: postgres.administrator.password } })
  await untilReady(lab, first)

  await postgres.halt('fast')
  await rename('Without a server')
  await says('DatabaseUnreachable')
  await postgres.resume()
  await untilReady(lab, first)

  const sql = await postgres.connect(postgres.superuser)
  await sql.query(
    `ALTER ROLE ${databaseNames(second.tenantID).app} PASSWORD 'another-password-of-a-stranger'`,
  )
  await sql.end()
  await client.call(
    'DELETE',
    `/api/v1/namespaces/${tenantNamespace(second.tenantID)}/secrets/${child.signingKeys}`,
  )
  await client.call(
    'DELETE',
    `/api/v1/namespaces/${operatorNamespace}/secrets/${masterSecret.signingKeys(first.tenantID)}`,
  )
  for (const [{ tenantID }, namespace, name] of [
    [second, tenantNamespace(second.tenantID), child.signingKeys],
    [first, operatorNamespace, masterSecret.signingKeys(first.tenantID)],
  ] as const)
    await eventually(
      `Secret ${name} of ${tenantID} being back`,
      () => client.find(`/api/v1/namespaces/${namespace}/secrets/${name}`),
      60_000,
    )
}

async function run({ say }: ProofIO): Promise<Figures> {
  const world = await startOperatorWorld({
    progress: say,
    env: { KIAVI_LOG_LEVEL: 'debug', KIAVI_RESYNC_SECONDS: '5', KIAVI_SWEEP_SECONDS: '2' },
  })
  const { sinks: all, close } = sinks(world)
  try {
    await logEverything(world)
    await world.operator.start()
    const lab = new TenantLab(world)
    const tenants = await readyTenants(lab, 2)
    const before = await storedSecrets(world)
    const tokens = await visit(world, tenants[0]!)
    say('somebody signed up and in; now things go wrong')
    await trouble(world, lab, tenants)
    for (const tenant of tenants) await untilReady(lab, tenant)
    const secrets = [
      needle('the password of the superuser', world.postgres.superuser.password),
      ...needlesOf([...before, ...(await storedSecrets(world))]),
      ...tokens,
    ]
    await searchAll(all, secrets)
    say(`nothing found in ${all.length} places; now one is planted in each`)
    const metrics = await fetch(`${world.operator.url()}/metrics`)
    claimHolds(metrics.ok, "The operator's metrics cannot be read.")
    await world.operator.kill()
    await plantAndFind(all)
    return {
      secrets: new Set(secrets.map(({ label }) => label)).size,
      'spellings searched for': secrets.reduce((sum, each) => sum + formsOf(each), 0),
      places: all.length,
      found: 0,
      'planted on purpose and found': all.length,
    }
  } finally {
    await close()
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'No secret (passwords, private keys in any spelling, tokens) is in a log, event, status, environment, argument, metric or other object: searched while a tenant is made, used and in trouble, by a scanner that finds one planted in each place.',
  needs: 'control-plane',
  minutes: 2,
  run,
}
