import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts'
import { chartFolder, helm } from '../../support/helm.ts'

const folder = join(import.meta.dirname, '../../../examples')
const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
let cluster: ControlPlane

beforeAll(async () => {
  cluster = await startControlPlane()
  const install = ['upgrade', '--install', 'kiavi', chartFolder, '--create-namespace']
  await helm(install, { namespace: 'kiavi-system', kubeconfig: cluster.kubeconfig })
  await cluster.kubectl(['create', 'namespace', 'customers'])
  await cluster.kubectl(['api-resources', '--api-group=kiavi.eu'])
  // The policies are in force: what a class does not allow is refused.
  await cluster.kubectl(['apply', '-f', join(folder, 'class-postgresql.yaml')])
  const elsewhere = JSON.stringify({
    apiVersion: 'kiavi.eu/v1alpha1',
    kind: 'KiaviTenant',
    metadata: { name: 'a', namespace: 'default' },
    spec: { host: 'auth.acme.eu' },
  })
  await vi.waitFor(
    () =>
      expect(cluster.kubectl(['create', '--dry-run=server', '-f', '-'], elsewhere)).rejects.toThrow(
        'class default is not open to namespace default',
      ),
    { timeout: 20_000 },
  )
})
afterAll(() => cluster.stop())

describe('examples/', () => {
  it('has what the documents speak of', () => {
    expect(files).toEqual([
      'adoption.yaml',
      'class-cloudnative-pg.yaml',
      'class-postgresql.yaml',
      'ingress-cert-manager.yaml',
      'restore.yaml',
      'tenant-minimal.yaml',
      'tenant-production.yaml',
    ])
  })

  it.each(files)('%s is accepted as it is, with no field that the schema does not know', async (file) => {
    const args = ['-f', join(folder, file), '--validate=strict']
    await cluster.kubectl(['apply', '--dry-run=server', ...args])
    // A file whose second object needs its first is applied again when the policies have seen the class.
    await vi.waitFor(() => cluster.kubectl(['apply', ...args]), { timeout: 10_000 })
  })

  it.each(files)('%s says in its first line what it is for', async (file) => {
    expect(await readFile(join(folder, file), 'utf8')).toMatch(/^# \w.{30,}/)
  })

  it('uses no name twice, so that all of them can be applied together', async () => {
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    const names = texts
      .flatMap((text) => parseAllDocuments(text))
      .map(
        (document) =>
          document.toJS() as { kind: string; metadata: { name: string }; spec: { host?: string } },
      )
    const keys = names.flatMap(({ kind, metadata, spec }) => [
      `${kind} ${metadata.name}`,
      ...(kind === 'KiaviTenant' ? [`host ${spec.host!}`] : []),
    ])
    expect(keys).toEqual([...new Set(keys)])
  })
})
