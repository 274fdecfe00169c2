/** A world searched for its own secrets: which there are, where they stand, and whether a planted one would be found. */
import { generateKeyPairSync } from 'node:crypto'
import { tenantNamespace } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeJson } from '../cluster/kube-client.ts'
import { type OperatorWorld } from './operator-world.ts'
import { claimHolds } from './proof.ts'
import { type ReadyTenant } from './ready-tenants.ts'
import { found, needle, type Needle } from './secret-scan.ts'
import { type Sink } from './secret-sinks.ts'
import { TenantClient } from './tenant-client.ts'

interface SecretObject extends KubeJson {
  data?: Record<string, string>
}

/** What Secrets hold beside secrets: public halves, certificates, names. */
export const open = [
  ...['keyset.json', 'ledger.json', 'ca.crt', 'username', 'id'],
  ...['recipient', 'keys.json', 'cluster', 'found', 'accessKeyID'],
]

/** Says of everybody's statements what they were: the worst that a server's owner may have switched on. */
export async function logEverything({ postgres }: OperatorWorld): Promise<void> {
  const sql = await postgres.connect(postgres.superuser)
  for (const [name, value] of [
    ['log_statement', 'all'],
    ['log_min_error_statement', 'debug5'],
    ['log_connections', 'on'],
  ] as const)
    await sql.query(`ALTER SYSTEM SET ${name} = '${value}'`)
  await sql.query('SELECT pg_reload_conf()')
  await sql.end()
}

/** Every secret that a Secret holds now, with the Secrets that are meant to hold it. */
export async function storedSecrets({ controlPlane: { client } }: OperatorWorld): Promise<StoredSecret[]> {
  const { items } = await client.call<{ items: SecretObject[] }>('GET', '/api/v1/secrets')
  const stored = new Map<string, StoredSecret>()
  for (const { metadata, data } of items) {
    const home = `${metadata.namespace ?? ''}/${metadata.name}`
    for (const [key, value] of Object.entries(data ?? {})) {
      if (open.includes(key)) continue
      const text = Buffer.from(value, 'base64').toString('utf8')
      const known = stored.get(text) ?? { label: `${home} ${key}`, file: key, text, homes: [] }
      stored.set(text, { ...known, homes: [...known.homes, home] })
    }
  }
  return [...stored.values()]
}

export interface StoredSecret {
  label: string
  /** Its key in the Secret. */
  file: string
  text: string
  homes: string[]
}

export const needlesOf = (stored: readonly StoredSecret[]): Needle[] =>
  stored.map(({ label, text, homes }) => needle(label, text, homes))

/** Somebody signs up and in; the tokens that they get are secrets too. */
export async function visit(
  { controlPlane: { client } }: OperatorWorld,
  { tenantID, host }: ReadyTenant,
): Promise<Needle[]> {
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

/** Fails when one of them stands where it should not, or a place has nothing to read. */
export async function searchAll(all: readonly Sink[], wanted: readonly Needle[]): Promise<void> {
  const leaks: string[] = []
  for (const { name, read } of all) {
    const pieces = await read()
    claimHolds(
      pieces.some(({ text }) => text.length > 0),
      `There is nothing to read in ${name}.`,
    )
    const labels = new Set(pieces.flatMap(({ text, holder }) => found(text, wanted, holder)))
    if (labels.size > 0) leaks.push(`in ${name}: ${[...labels].join(', ')}`)
  }
  claimHolds(leaks.length === 0, `Secrets stand where they should not: ${leaks.join('; ')}`)
}

/** Another spelling of one private key in each place; fails when one of them is not found. */
export async function plantAndFind(all: readonly Sink[]): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
  const { d = '', p = '', q = '', dp = '' } = privateKey.export({ format: 'jwk' })
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  const spelled = [
    d,
    p,
    Buffer.from(q, 'base64url').toString('hex'),
    pem.split('\n')[10] ?? '',
    der.toString('base64').slice(-200, -100),
    der.toString('hex').toUpperCase().slice(-200, -100),
    Buffer.from(dp, 'base64url').toString('base64'),
  ]
  for (const [index, sink] of all.entries())
    // A slash in a path would end a name.
    await sink.plant(sink.name === 'the audit log' ? d : (spelled[index % spelled.length] ?? d))
  const planted = needle('planted', pem)
  const missed: string[] = []
  for (const { name, read } of all)
    if (!(await read()).some(({ text, holder }) => found(text, [planted], holder).length > 0))
      missed.push(name)
  claimHolds(missed.length === 0, `The scanner does not find what was planted in: ${missed.join(', ')}`)
}
