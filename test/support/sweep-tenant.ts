/** Takes away what a run made, past every guard: only a harness that knows it made it may. */
import { setTimeout as sleep } from 'node:timers/promises'
import { escapeIdentifier } from 'pg'
import { type KubeJson } from '../cluster/kube-client.ts'
import { type LabWorld } from './operator-world/lab-world.ts'
import { customers, operatorNamespace } from './operator-world/names.ts'

/** Lets go of the object in the words that a person would use, so that the operator does nothing more for it. */
async function release({ controlPlane: { client } }: LabWorld, path: string): Promise<void> {
  const object = await client.find<KubeJson & { status?: { tenantID?: string } }>(path)
  if (object === undefined) return
  const tenantID = object.status?.tenantID
  if (tenantID !== undefined)
    await client.call('PATCH', path, { metadata: { annotations: { 'kiavi.eu/release': tenantID } } })
  await client.call('DELETE', path)
  for (let tries = 0; (await client.find(path)) !== undefined; tries++) {
    if (tries === 200) {
      // The run broke the operator; the policy lets anybody take the finalizer off a released object.
      await client.call('PATCH', path, { metadata: { finalizers: null } })
    } else if (tries > 300) throw new Error(`${path} cannot be deleted.`)
    await sleep(50)
  }
}

/** What of a tenant lies outside its namespace: plural, path of its group, namespace. */
const leftBehind = [
  ['kiavibackups', '/apis/kiavi.eu/v1alpha1', customers],
  ['kiavirestores', '/apis/kiavi.eu/v1alpha1', customers],
  ['jobs', '/apis/batch/v1', operatorNamespace],
  ['networkpolicies', '/apis/networking.k8s.io/v1', operatorNamespace],
  ['secrets', '/api/v1', operatorNamespace],
  ['configmaps', '/api/v1', operatorNamespace],
] as const

export async function sweepTenant(world: LabWorld, path: string, made: readonly string[]): Promise<void> {
  const { client } = world.controlPlane
  await release(world, path)
  const named = (kind: string) =>
    made.filter((key) => key.startsWith(`${kind} `)).map((key) => key.slice(kind.length + 1))
  // No policy can guard a policy: with the guard's binding away, a namespace can go.
  const guard =
    '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/kiavi-namespace-deletion'
  if ((await client.find(guard)) !== undefined) await client.call('DELETE', guard)
  for (const name of named('namespaces')) await deleteNamespace(world, name)
  for (const [plural, group, namespace] of leftBehind)
    for (const name of named(plural)) {
      if (!name.startsWith(`${namespace}/`)) continue
      const object = `${group}/namespaces/${name.replace('/', `/${plural}/`)}`
      if ((await client.find(object)) !== undefined)
        await client.call('DELETE', object, { propagationPolicy: 'Background' })
    }
  const sql = await world.postgres.connect(world.postgres.superuser)
  for (const name of named('database'))
    await sql.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`)
  for (const name of named('role')) {
    await sql.query(`DROP OWNED BY ${escapeIdentifier(name)} CASCADE`)
    await sql.query(`DROP ROLE ${escapeIdentifier(name)}`)
  }
  await sql.end()
}

/** The guard takes a moment to go; the namespace takes some seconds, and nobody waits for it. */
async function deleteNamespace({ controlPlane: { client } }: LabWorld, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`
  for (let tries = 0; ; tries++) {
    try {
      await client.call('DELETE', path)
      break
    } catch (error) {
      if (tries === 50) throw error
      await sleep(100)
    }
  }
}
