import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { eventually } from '../../support/eventually.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { readyTenants, untilReady } from '../../support/ready-tenants.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

const folder = join(import.meta.dirname, '../../../examples')

interface Example extends KubeJson {
  kind: string
  spec: Record<string, unknown> & {
    database?: object
    host?: string
    tenantID?: string
    adoptTenantID?: string
  }
}

interface Here {
  host: string
  port: number
  /** An orphan, in the place of the one that the example names. */
  orphan: string
}

/** The same object with what this world has: its server, an Ingress for want of a gateway, and its orphan. */
function inThisWorld(example: Example, { host, port, orphan }: Here): Example {
  const { gateway, ...spec } = example.spec
  return {
    ...example,
    spec: {
      ...spec,
      ...(example.kind === 'KiaviTenantClass' ? { database: { ...spec.database, host, port } } : {}),
      ...(gateway === undefined ? {} : { ingress: { className: 'test' } }),
      ...(spec.tenantID === undefined ? {} : { tenantID: orphan }),
      ...(spec.adoptTenantID === undefined ? {} : { adoptTenantID: orphan }),
    },
  }
}

const examplesOf = async (file: string) =>
  parseAllDocuments(await readFile(join(folder, file), 'utf8')).map((document) => document.toJS() as Example)

async function apply(world: OperatorWorld, objects: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const args = ['apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', '-']
  // The policies see a new class a moment after it was made.
  await eventually('The examples being accepted', () => world.controlPlane.kubectl(args, list), 10_000)
}

/** What the classes of the examples name and people have: Secrets, and an Ingress controller's class. */
async function surroundings(world: OperatorWorld): Promise<Here> {
  const { client } = world.controlPlane
  const read = (name: string) =>
    client.call<KubeJson & { data: object }>('GET', `/api/v1/namespaces/${operatorNamespace}/secrets/${name}`)
  const [admin, ca] = await Promise.all([read('database-admin'), read('database-ca')])
  for (const [name, { data }] of [
    ['postgres-admin', admin],
    ['tenants-admin', admin],
    ['postgres-ca', ca],
    ['tenants-ca', ca],
  ] as const)
    await client.call('POST', `/api/v1/namespaces/${operatorNamespace}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: operatorNamespace },
      data,
    })
  await client.call('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'kiavi.eu/none' },
  })
  const tenantClass = await client.call<KubeJson & { spec: { database: Omit<Here, 'orphan'> } }>(
    'GET',
    '/apis/kiavi.eu/v1alpha1/kiavitenantclasses/default',
  )
  const { host, port } = tenantClass.spec.database
  return { host, port, orphan: '' }
}

const adoption = 'adoption.yaml'

/** A tenant that was, and left its data. */
async function makeOrphan(world: OperatorWorld, lab: TenantLab): Promise<string> {
  const [tenant] = await readyTenants(lab, 1)
  if (!tenant) throw new Error('No tenant was made.')
  const { client } = world.controlPlane
  const release = { metadata: { annotations: { 'kiavi.eu/release': tenant.tenantID } } }
  await client.call('PATCH', lab.path(tenant), release)
  await client.call('DELETE', lab.path(tenant))
  await eventually('The object being let go', async () => (await lab.find(tenant)) === undefined)
  return tenant.tenantID
}

async function run({ say }: ProofIO): Promise<Figures> {
  const world = await startOperatorWorld({ progress: say })
  try {
    const lab = new TenantLab(world)
    // What was adopted stays after its sweep, and the other examples' relying parties overlap with it: it goes last.
    const files = (await readdir(folder))
      .filter((file) => file.endsWith('.yaml'))
      .sort((a, b) => Number(a === adoption) - Number(b === adoption) || (a < b ? -1 : 1))
    await world.operator.start()
    const here = { ...(await surroundings(world)), orphan: await makeOrphan(world, lab) }
    const all = (await Promise.all(files.map(examplesOf))).flat()
    const classes = all.filter(({ kind }) => kind === 'KiaviTenantClass')
    // As they are, to the letter; then with what this world has.
    await apply(
      world,
      classes.filter(({ metadata }) => metadata.name !== 'default'),
    )
    for (const { metadata } of classes.filter(({ metadata: { name } }) => name !== 'default'))
      await world.controlPlane.client.call(
        'DELETE',
        `/apis/kiavi.eu/v1alpha1/kiavitenantclasses/${metadata.name}`,
      )
    await apply(
      world,
      classes.map((each) => inThisWorld(each, here)),
    )
    let ready = 0
    for (const file of files) {
      const tenants = (await examplesOf(file)).filter(({ kind }) => kind === 'KiaviTenant')
      await world.controlPlane
        .kubectl([
          ...['apply', '--dry-run=server', '--validate=strict', '--server-side', '--force-conflicts'],
          ...['-f', join(folder, file)],
        ])
        .catch((error: unknown) => {
          // The one thing that cannot be said twice of a class that has another server here.
          if (!String(error).includes('host and port cannot change')) throw error
        })
      const before = new Set((await lab.state()).keys())
      await apply(
        world,
        (await examplesOf(file)).map((each) => inThisWorld(each, here)),
      )
      for (const { metadata, spec } of tenants) {
        const tenant = { name: metadata.name, host: spec.host ?? '' }
        await untilReady(lab, tenant, 120_000)
        ready++
        say(`${file}: ${metadata.name} is Ready`)
        const made = [...(await lab.state()).keys()].filter((key) => !before.has(key))
        // The examples speak of one company: its relying parties overlap.
        await lab.sweep(tenant, made)
      }
    }
    const kinds = new Set(all.map(({ kind }) => kind))
    claimHolds(ready > 0, 'No example holds a KiaviTenant.')
    return {
      files: files.length,
      objects: all.length,
      kinds: [...kinds].sort().join(', '),
      'KiaviTenants that became Ready': ready,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'Every file of examples/ is accepted to the letter, and every tenant in it becomes Ready once its class names a server that there is.',
  needs: 'control-plane',
  minutes: 3,
  run,
}
