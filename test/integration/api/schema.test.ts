import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CelRule } from '../../../operator/src/api/v1alpha1/cel.ts'
import { crd } from '../../../operator/src/api/v1alpha1/crd.ts'
import { kinds } from '../../../operator/src/api/v1alpha1/kinds.ts'
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts'
import { type BadChange, badChanges, type BadSpec, badSpecs, goodChanges } from './bad-specs.ts'
import { badValues } from './bad-values.ts'
import { bounds } from './bounds.ts'
import { goodObjects, goodTenant, type SpecObject } from './good-objects.ts'
import { fieldPath, type Path, valueAt, type Visited, walk, withValue } from './schema-walk.ts'

let cluster: ControlPlane

const collection = ({ kind, metadata }: SpecObject) => {
  const { plural } = kinds.find((definition) => definition.kind === kind)!
  return `/apis/kiavi.eu/v1alpha1/${metadata.namespace ? `namespaces/${metadata.namespace}/` : ''}${plural}`
}
const pathOf = (object: SpecObject) => `${collection(object)}/${object.metadata.name}`
const tryCreate = (object: SpecObject) =>
  cluster.client.call('POST', `${collection(object)}?dryRun=All&fieldValidation=Strict`, object)

/** What the API server answers; '' when it says yes. */
const answer = (call: Promise<unknown>) =>
  call.then(
    () => '',
    (error: unknown) => (error as Error).message,
  )

const schemaOf = (definition: (typeof kinds)[number]) =>
  crd(definition).spec.versions[0]!.schema.openAPIV3Schema
const visited = kinds.flatMap((definition) =>
  walk(schemaOf(definition))
    .filter(({ path }) => path.length === 0 || path[0] === 'spec')
    .map((at) => ({ kind: definition.kind as keyof typeof goodObjects, ...at })),
)
const rulesOf = ({ node }: Visited) => (node['x-kubernetes-validations'] ?? []) as CelRule[]
/** The good object in which the field is set. */
const baseFor = (kind: keyof typeof goodObjects, path: Path) =>
  goodObjects[kind].map((make) => make()).find((object) => valueAt(object, path) !== undefined)!

beforeAll(async () => {
  cluster = await startControlPlane()
  const crds = kinds.map((definition) => JSON.stringify(crd(definition))).join('\n---\n')
  await cluster.kubectl(['create', '-f', '-'], crds)
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s'])
})
afterAll(() => cluster.stop())

describe('a good spec', () => {
  const rows = Object.values(goodObjects)
    .flat()
    .map((make) => [make.name, make] as const)
  it.each(rows)('is accepted: %s', async (_, make) => {
    expect(await answer(tryCreate(make()))).toBe('')
  })

  it('sets every field that the schemas know, so that no field escapes the tables', () => {
    const unset = visited.filter(({ kind, path }) => path.length > 0 && !baseFor(kind, path))
    expect(unset.map(({ kind, path }) => `${kind} ${fieldPath(path)}`)).toEqual([])
  })

  it('needs no more than a host', async () => {
    const made = await cluster.client.call<SpecObject>('POST', `${collection(goodTenant())}?dryRun=All`, {
      ...goodTenant(),
      spec: { host: 'auth.acme.eu' },
    })
    expect(made.spec).toEqual({
      host: 'auth.acme.eu',
      passkeys: {},
      tokens: { accessTokenSeconds: 600, refreshTokenDays: 30, sessionDays: 30 },
      signingKeys: { bits: 3072, jwksMaxAgeSeconds: 300, verifierCacheSeconds: 3600, rotationDays: 90 },
      backups: { schedule: '0 2 * * *', retentionDays: 30, drillEveryDays: 30 },
      runtime: {},
    })
  })
})

describe('a bound', () => {
  const rows = visited.flatMap(({ kind, path, node }) =>
    bounds
      .filter(({ keyword }) => keyword in node && !(keyword === 'minLength' && node['minLength'] === 0))
      .map((bound) => ({ name: `${kind} ${fieldPath(path)} ${bound.keyword}`, kind, path, node, bound })),
  )
  it.each(rows)('refuses what lies past it: $name', async ({ kind, path, node, bound }) => {
    const base = baseFor(kind, path)
    const said = await answer(tryCreate(withValue(base, path, bound.bad(node, valueAt(base, path)))))
    expect(said).toMatch(bound.says)
    expect(said).toContain(fieldPath(path))
  })

  const required = visited.flatMap(({ kind, path, node }) =>
    (node.required ?? []).map((field) => ({
      name: `${kind} ${fieldPath([...path, field])}`,
      kind,
      path: [...path, field],
    })),
  )
  it.each(required)('is not optional: $name', async ({ kind, path }) => {
    const said = await answer(tryCreate(withValue(baseFor(kind, path), path, undefined)))
    expect(said).toContain(`${fieldPath(path)}: Required value`)
  })
})

describe('a rule of one field', () => {
  const rows = visited.flatMap((at) =>
    rulesOf(at)
      .filter(({ message }) => message in badValues)
      .flatMap(({ message }) =>
        badValues[message]!.map((value) => ({
          ...at,
          message,
          value,
          name: `${at.kind} ${fieldPath(at.path)} ${JSON.stringify(value)}`,
        })),
      ),
  )
  it.each(rows)('says what to write instead of $name', async ({ kind, path, value, message }) => {
    const said = await answer(tryCreate(withValue(baseFor(kind, path), path, value)))
    expect(said).toContain(message)
    expect(said).toContain(fieldPath(path))
  })
})

const changed = (
  kind: keyof typeof goodObjects,
  set: BadSpec['set'],
  first: SpecObject = goodObjects[kind][0]!(),
) => set.reduce((object, [path, value]) => withValue(object, path, value), first)

describe('a rule over several fields', () => {
  it.each(badSpecs)('refuses since $because', async ({ kind, set, field, rule, says }) => {
    const said = await answer(tryCreate(changed(kind, set)))
    expect(said).toContain(says ?? rule)
    expect(said).toContain(`${field}: `)
  })
})

describe('a rule over time', () => {
  const applyChange = async ({
    kind,
    set,
    status,
    from = [],
  }: Pick<BadChange, 'kind' | 'set' | 'status' | 'from'>) => {
    const first = changed(kind, from)
    await cluster.client.call('POST', collection(first), first)
    try {
      if (status) await cluster.client.call('PATCH', `${pathOf(first)}/status`, { status })
      const { metadata } = (await cluster.client.find<SpecObject>(pathOf(first)))!
      return await answer(
        cluster.client.call('PUT', pathOf(first), { ...changed(kind, set, first), metadata }),
      )
    } finally {
      await cluster.client.call('DELETE', pathOf(first))
    }
  }
  it.each(badChanges)('refuses since $because', async (row) => {
    const said = await applyChange(row)
    expect(said).toContain(row.says ?? row.rule)
    expect(said).toContain(`${row.field}: `)
  })
  it.each(goodChanges)('allows since $because', async (row) => {
    expect(await applyChange(row)).toBe('')
  })

  it('lets an old value stand that a newer schema would refuse, and other fields change beside it', async () => {
    const [definition] = kinds
    const path = ['spec', 'tokens', 'accessTokenSeconds']
    const maximum = [
      'properties',
      'spec',
      'properties',
      'tokens',
      'properties',
      'accessTokenSeconds',
      'maximum',
    ]
    const at = ['spec', 'versions', '[]', 'schema', 'openAPIV3Schema', ...maximum]
    const replaceCrd = (object: unknown) =>
      cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(object))
    await replaceCrd(withValue(crd(definition!), at, 7200))
    const old = withValue(goodTenant(), path, 7200)
    await expect.poll(() => answer(tryCreate(old))).toBe('')
    await cluster.client.call('POST', collection(old), old)
    await replaceCrd(crd(definition!))
    await expect.poll(() => answer(tryCreate(old))).toContain('less than or equal to 3600')
    expect(await answer(cluster.client.call('PATCH', pathOf(old), { spec: { displayName: 'Other' } }))).toBe(
      '',
    )
    expect(
      await answer(
        cluster.client.call('PATCH', pathOf(old), { spec: { tokens: { accessTokenSeconds: 7201 } } }),
      ),
    ).toContain('less than or equal to 3600')
    await cluster.client.call('DELETE', pathOf(old))
  })
})

describe('the tables', () => {
  it('have a row for every rule of every schema, and none for a rule that is gone', () => {
    const source = new Set(visited.flatMap(rulesOf).map(({ message }) => message))
    const tables = new Set([
      ...Object.keys(badValues),
      ...badSpecs.map((row) => row.rule),
      ...badChanges.map((row) => row.rule),
    ])
    expect([...tables].sort()).toEqual([...source].sort())
  })
})

describe('kubectl', () => {
  it('explains a field in our words', async () => {
    // It keeps what it once learnt about the server's kinds; this makes it ask again.
    await cluster.kubectl(['api-resources', '--api-group=kiavi.eu'])
    const text = await cluster.kubectl(['explain', 'kt.spec.passkeys'])
    expect(text.replace(/\s+/g, ' ')).toContain(
      'rpId <string> WebAuthn relying party ID: the host, or a domain above it.',
    )
  })

  it('shows the columns', async () => {
    const tenant = withValue(goodTenant(), ['metadata', 'name'], 'columns')
    await cluster.client.call('POST', collection(tenant), tenant)
    const since = new Date(Date.now() - 3 * 86_400_000).toISOString()
    await cluster.client.call('PATCH', `${pathOf(tenant)}/status`, {
      status: {
        tenantID: 'k3x9q7w2ab',
        issuer: 'https://auth.acme.eu',
        keys: [
          { kid: 'a', phase: 'Published', since: new Date().toISOString() },
          { kid: 'b', phase: 'Active', since },
        ],
        backups: { lastAt: since },
        runtime: { version: '0.1.0', replicas: 2, selector: 'app=x' },
        conditions: [
          { type: 'Ready', status: 'False', reason: 'Provisioning', message: '', lastTransitionTime: since },
        ],
      },
    })
    const rows = (await cluster.kubectl(['get', 'kt', 'columns', '-o', 'wide'])).trim().split('\n')
    expect(rows[0]!.split(/ {2,}/)).toEqual([
      'NAME',
      'READY',
      'REASON',
      'URL',
      'KEY AGE',
      'LAST BACKUP',
      'PROVEN',
      'AGE',
      'TENANT ID',
      'RETENTION',
      'VERSION',
    ])
    expect(rows[1]).toMatch(
      /^columns +False +Provisioning +https:\/\/auth.acme.eu +3d +3d +\d+s +k3x9q7w2ab +30 +0.1.0$/,
    )
    const backup = withValue(goodObjects.KiaviBackup[0]!(), ['metadata', 'name'], 'columns')
    await cluster.client.call('POST', collection(backup), backup)
    await cluster.client.call('PATCH', `${pathOf(backup)}/status`, {
      status: { bytes: 2 ** 40, table: 'auth.passkeys', expiresAt: '2026-12-22T02:00:41Z', sequence: 7 },
    })
    const backups = (await cluster.kubectl(['get', 'kb', 'columns', '-o', 'wide'])).trim().split('\n')
    expect(backups[1]).toMatch(
      /^columns +acme +1099511627776 +auth\.passkeys +2026-12-22T02:00:41Z +\d+s +Scheduled +7$/,
    )
    const scale = await cluster.client.call<{ status: object }>('GET', `${pathOf(tenant)}/scale`)
    expect(scale.status).toEqual({ replicas: 2, selector: 'app=x' })
    await expect(cluster.kubectl(['get', 'kiavi', '-A'])).resolves.toContain('kiavitenant.kiavi.eu/columns')
  })
})
