import { generateKeyPairSync } from 'node:crypto'
import {
  child,
  databaseNames,
  masterSecret,
  tenantNamespace,
} from '../../../operator/src/api/v1alpha1/names.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
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
import { found, needle, type Needle } from '../../support/secret-scan.ts'
import { type Sink, sinks } from '../../support/secret-sinks.ts'
import { TenantClient } from '../../support/tenant-client.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

interface SecretObject extends KubeJson {
  data?: Record<string, string>
}

/** Says of everybody's statements what they were: the worst that a server's owner may have switched on. */
async function logEverything({ postgres }: OperatorWorld): Promise<void> {
  const sql = await postgres.connect(postgres.superuser)
  for (const name of ['log_statement', 'log_min_error_statement', 'log_connections'])
    await sql.query(
      `ALTER SYSTEM SET ${name} = '${name === 'log_statement' ? 'all' : name === 'log_connections' ? 'on' : 'debug5'}'`,
    )
  await sql.query('SELECT pg_reload_conf()')
  await sql.end()
}

/** Every secret there is, with the Secrets that are meant to hold it. Public halves and certificates are none. */
async function needles({ controlPlane: { client }, postgres }: OperatorWorld): Promise<Needle[]> {
  const { items } = await client.call<{ items: SecretObject[] }>('GET', '/api/v1/secrets')
  const values = new Map<string, { label: string; homes: string[] }>()
  for (const { metadata, data } of items) {
    const home = `${metadata.namespace ?? ''}/${metadata.name}`
    for (const [key, value] of Object.entries(data ?? {})) {
      if (['keyset.json', 'ca.crt', 'username', 'id'].includes(key)) continue
      const text = Buffer.from(value, 'base64').toString('utf8')
      const known = values.get(text) ?? { label: `${home} ${key}`, homes: [] }
      values.set(text, { ...known, homes: [...known.homes, home] })
    }
  }
  return [
    needle('the password of the superuser', postgres.superuser.password),
    ...[...values].map(([text, { label, homes }]) => needle(label, text, homes)),
  ]
}

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

/** Somebody signs up and in; the tokens that they get are secrets too. */
async function visit({ controlPlane: { client } }: OperatorWorld, { tenantID, host }: ReadyTenant) {
  const { items } = await client.call<{ items: { status: { podIP: string } }[] }>(
    'GET',
    `/api/v1/namespaces/${tenantNamespace(tenantID)}/pods?labelSelector=app.kubernetes.io%2Fcomponent%3Druntime`,
  )
  const url = `http://${items[0]?.status.podIP ?? ''}:8080`
  const visitor = new TenantClient({ url, rpId: host, origin: `https://${host}` })
  const up = await visitor.signUp('Ada')
  claimHolds(up.status < 300, `Signing up was answered ${up.status} ${up.body.error}.`)
  const signedIn = await visitor.signIn(up.passkey)
  claimHolds(signedIn.status === 200, `Signing in was answered ${signedIn.status} ${signedIn.body.error}.`)
  return [
    needle('an access token', signedIn.body.access_token),
    needle('a refresh token', signedIn.body.refresh_token),
  ]
}

async function leaks(all: readonly Sink[], wanted: readonly Needle[]): Promise<Map<string, string[]>> {
  const told = new Map<string, string[]>()
  for (const { name, read } of all) {
    const pieces = await read()
    claimHolds(
      pieces.some(({ text }) => text.length > 0),
      `There is nothing to read in ${name}.`,
    )
    told.set(name, [...new Set(pieces.flatMap(({ text, holder }) => found(text, wanted, holder)))])
  }
  return told
}

/** In each sink another spelling of one private key, each of which the scanner must find. */
async function plantEverywhere(all: readonly Sink[]): Promise<Needle> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
  const { d = '', p = '', q = '' } = privateKey.export({ format: 'jwk' })
  const spelled = [d, p, Buffer.from(q, 'base64url').toString('hex'), pem.split('\n')[10] ?? '']
  for (const [index, sink] of all.entries()) {
    const form = spelled[index % spelled.length] ?? d
    // A slash in a path would end a name.
    await sink.plant(sink.name === 'the audit log' ? d : form)
  }
  return needle('planted', pem)
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
    const before = await needles(world)
    const tokens = await visit(world, tenants[0]!)
    say('somebody signed up and in; now things go wrong')
    await trouble(world, lab, tenants)
    for (const tenant of tenants) await untilReady(lab, tenant)
    const secrets = [...before, ...(await needles(world)), ...tokens]
    const told = await leaks(all, secrets)
    const leaking = [...told].filter(([, labels]) => labels.length > 0)
    claimHolds(
      leaking.length === 0,
      `Secrets stand where they should not: ${leaking.map(([name, labels]) => `in ${name}: ${labels.join(', ')}`).join('; ')}`,
    )
    say(`nothing found in ${all.length} places; now one is planted in each`)
    const metrics = await fetch(`${world.operator.url()}/metrics`)
    claimHolds(metrics.ok, "The operator's metrics cannot be read.")
    await world.operator.kill()
    const planted = await plantEverywhere(all)
    const missed: string[] = []
    for (const { name, read } of all)
      if (!(await read()).some(({ text, holder }) => found(text, [planted], holder).length > 0))
        missed.push(name)
    claimHolds(missed.length === 0, `The scanner does not find what was planted in: ${missed.join(', ')}`)
    return {
      secrets: new Set(secrets.map(({ label }) => label)).size,
      'spellings searched for': secrets.reduce((sum, { forms }) => sum + forms.length, 0),
      places: all.length,
      found: 0,
      'planted on purpose and found': all.length - missed.length,
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
