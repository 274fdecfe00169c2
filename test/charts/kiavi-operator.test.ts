import { describe, expect, it } from 'vitest'
import { crd } from '../../operator/src/api/v1alpha1/crd.ts'
import { kinds } from '../../operator/src/api/v1alpha1/kinds.ts'
import { keepJob } from '../../operator/src/controllers/recovery/children/keep-job.ts'
import { chartFolder, helm, type Rendered, renderChart } from '../support/helm.ts'

interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

const everything = {
  image: { repository: 'example.eu/operator', digest: `sha256:${'a'.repeat(64)}`, pullPolicy: 'Always' },
  imagePullSecrets: ['registry'],
  replicas: 2,
  logLevel: 'debug',
  resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
  podLabels: { team: 'identity' },
  podAnnotations: { note: 'x' },
  nodeSelector: { disk: 'fast' },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  priorityClassName: 'system-cluster-critical',
  metrics: {
    podMonitor: true,
    prometheusRule: true,
    from: [{ namespaceSelector: { matchLabels: { a: 'b' } } }],
  },
  tracing: { otlpEndpoint: 'http://collector.monitoring:4318' },
}
const prometheusOperator = ['PodMonitor', 'PrometheusRule'].flatMap((kind) => [
  '--api-versions',
  `monitoring.coreos.com/v1/${kind}`,
])

const one = (objects: Rendered[], kind: string, name = 'kiavi-operator') =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)
const rulesOf = (role: Rendered | undefined) => role?.['rules'] as PolicyRule[]
const kept = (object: Rendered) => object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep'
const isPolicy = (object: Rendered) => object.kind.startsWith('ValidatingAdmissionPolicy')
const isCrd = (object: Rendered) => object.kind === 'CustomResourceDefinition'

interface PodTemplate {
  metadata: { labels: Record<string, string> }
  spec: {
    containers: { image: string; env: { name: string; value?: string }[]; securityContext: object }[]
    securityContext: object
    imagePullSecrets?: { name: string }[]
    terminationGracePeriodSeconds: number
  }
}
const podOf = (objects: Rendered[]) =>
  (one(objects, 'Deployment')?.['spec'] as { template: PodTemplate }).template

describe('the chart', () => {
  it.each([
    ['as it is', {}],
    ['with two pods', { replicas: 2 }],
    ['without CRDs and policies', { crds: { enabled: false }, policies: { enabled: false } }],
  ])('passes helm lint --strict %s', async (_, values) => {
    expect(await helm(['lint', '--strict', chartFolder], { values })).toContain('0 chart(s) failed')
  })

  it('is the same whatever the release is called, so that a second install cannot slip in beside the first', async () => {
    const names = (objects: Rendered[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    const other = await helm(['template', 'other', chartFolder], { namespace: 'elsewhere' })
    const first = await renderChart()
    for (const name of names(first)) expect(other).toContain(`name: ${name.split(' ')[1]!}`)
  })

  it('refuses a Kubernetes that knows no policies, and takes one that a vendor renamed', async () => {
    const on = (version: string) => renderChart({ flags: ['--kube-version', version] })
    await expect(on('v1.29.9')).rejects.toThrow('>=1.30.0-0')
    await expect(on('v1.30.0-eks-036c24b')).resolves.toBeDefined()
  })

  it('makes nothing random: the same values give the same bytes', async () => {
    const render = () => helm(['template', 'kiavi', chartFolder], { namespace: 'kiavi-system' })
    expect(await render()).toBe(await render())
  })
})

describe('the CRDs of the chart', () => {
  it('are those of crds/, kept on uninstall', async () => {
    const rendered = (await renderChart()).filter(isCrd)
    expect(rendered).toHaveLength(kinds.length)
    for (const object of rendered) {
      expect(kept(object)).toBe(true)
      const metadata = { ...object.metadata, annotations: undefined }
      const definition = kinds.find(
        ({ kind }) => kind === (object['spec'] as { names: { kind: string } }).names.kind,
      )
      // What keeps them is all that the chart adds.
      expect({ ...object, metadata }).toEqual(JSON.parse(JSON.stringify(crd(definition!))))
    }
  })

  it('can be left out, or given up on uninstall', async () => {
    expect((await renderChart({ values: { crds: { enabled: false } } })).filter(isCrd)).toEqual([])
    const given = (await renderChart({ values: { crds: { keep: false } } })).filter(isCrd)
    expect(given).toHaveLength(kinds.length)
    expect(given.some(kept)).toBe(false)
  })
})

describe('the policies of the chart', () => {
  it('are kept on uninstall, each with its binding', async () => {
    const policies = (await renderChart()).filter(isPolicy)
    expect(policies.length).toBeGreaterThan(0)
    expect(policies.every(kept)).toBe(true)
  })

  it('can be left out, or given up on uninstall', async () => {
    expect((await renderChart({ values: { policies: { enabled: false } } })).filter(isPolicy)).toEqual([])
    expect((await renderChart({ values: { policies: { keep: false } } })).filter(isPolicy).some(kept)).toBe(
      false,
    )
  })

  it('name the ServiceAccount and namespace of the release', async () => {
    const policies = (await renderChart({ namespace: 'identity' })).filter(isPolicy)
    const text = JSON.stringify(policies)
    expect(text).toContain("'system:serviceaccount:identity:kiavi-operator'")
    expect(text).not.toContain('kiavi-system')
  })
})

describe("the operator's rights", () => {
  it('hold no verb on Secrets and no wildcard cluster-wide, and bind one role', async () => {
    const objects = await renderChart()
    const bound = objects
      .filter(({ kind }) => kind === 'ClusterRoleBinding')
      .map((binding) => (binding['roleRef'] as { name: string }).name)
    expect(bound).toEqual(['kiavi-operator'])
    const rules = rulesOf(one(objects, 'ClusterRole'))
    expect(rules.flatMap(({ resources }) => resources)).not.toContain('secrets')
    expect(JSON.stringify(rules)).not.toContain('"*"')
    expect(rules.filter(({ verbs }) => verbs.includes('bind'))).toEqual([
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterroles'],
        resourceNames: ['kiavi-tenant-namespace'],
        verbs: ['bind'],
      },
    ])
  })

  it("give people no Secret: the roles joined to Kubernetes' own name Kiavi's kinds only", async () => {
    const joined = (await renderChart()).filter(
      ({ kind, metadata }) =>
        kind === 'ClusterRole' &&
        Object.keys(metadata.labels ?? {}).some((key) => key.includes('aggregate-to')),
    )
    expect(joined.map(({ metadata }) => metadata.name)).toEqual(['kiavi-tenants-view', 'kiavi-tenants-edit'])
    expect(
      joined
        .flatMap(rulesOf)
        .flatMap(({ apiGroups }) => apiGroups)
        .every((group) => group === 'kiavi.eu'),
    ).toBe(true)
  })
})

describe("the operator's pod", () => {
  it('is restricted, and holds no secret in its environment', async () => {
    const { spec } = podOf(await renderChart())
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(spec.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(spec.terminationGracePeriodSeconds).toBe(30)
    expect(JSON.stringify(spec.containers[0]?.env)).not.toContain('secretKeyRef')
  })

  it('is what the values say', async () => {
    const objects = await renderChart({ values: everything, flags: prometheusOperator })
    const pod = podOf(objects)
    expect(pod.spec.containers[0]?.image).toBe(`example.eu/operator@sha256:${'a'.repeat(64)}`)
    expect(pod.spec.imagePullSecrets).toEqual([{ name: 'registry' }])
    expect(pod.metadata.labels['team']).toBe('identity')
    expect(pod.spec).toMatchObject({
      nodeSelector: everything.nodeSelector,
      tolerations: everything.tolerations,
      priorityClassName: everything.priorityClassName,
    })
    const env = Object.fromEntries(pod.spec.containers[0]!.env.map(({ name, value }) => [name, value]))
    expect(env).toMatchObject({
      KIAVI_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: everything.tracing.otlpEndpoint,
    })
    expect(one(objects, 'PodMonitor')).toBeDefined()
    expect(one(objects, 'PrometheusRule')).toBeDefined()
    expect(one(objects, 'PodDisruptionBudget')?.['spec']).toMatchObject({ minAvailable: 1 })
    expect((one(objects, 'NetworkPolicy')?.['spec'] as { ingress: object[] }).ingress).toEqual([
      { from: everything.metrics.from, ports: [{ port: 'metrics' }] },
    ])
  })

  it('is reached by nobody, and has no budget that would block a drain, as the chart is', async () => {
    const objects = await renderChart()
    expect(one(objects, 'PodDisruptionBudget')).toBeUndefined()
    expect(one(objects, 'NetworkPolicy')?.['spec']).not.toHaveProperty('ingress')
  })

  it('lets nobody talk with the Job that puts ciphertext on a volume, nor that Job with anybody', async () => {
    const { podSelector, ...rules } = one(await renderChart(), 'NetworkPolicy', 'kiavi-operator-keep')?.[
      'spec'
    ] as { podSelector: { matchLabels: Record<string, string> } }
    expect(rules).toEqual({ policyTypes: ['Ingress', 'Egress'] })
    const job = keepJob({
      object: {
        ...{
          kind: 'journal',
          installationID: 'inst',
          folder: 'k3x9q7w2ab',
          ciphertext: Buffer.from('sealed'),
        },
        ...{ at: new Date(0), expiresAt: new Date(1000) },
      },
      ...{ claimName: 'backups', suffix: '0', operator: { namespace: 'kiavi-system' } },
      jobs: { image: 'kiavi/backup:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
    })
    const { template } = job['spec'] as { template: { metadata: { labels: object } } }
    expect(template.metadata.labels).toMatchObject(podSelector.matchLabels)
  })

  it('takes the version of the chart, or the tag', async () => {
    expect(podOf(await renderChart()).spec.containers[0]?.image).toMatch(/^kiavi\/operator:\d+\.\d+\.\d+$/)
    const tagged = await renderChart({ values: { image: { tag: 'edge' } } })
    expect(podOf(tagged).spec.containers[0]?.image).toBe('kiavi/operator:edge')
  })
})

describe('values.schema.json', () => {
  it.each([
    [{ replica: 2 }, 'replica', 'a typing error must not pass in silence'],
    [{ replicas: 3 }, 'replicas', 'one leads and one waits; a third only costs'],
    [{ replicas: '2' }, 'replicas', 'a string is no number'],
    [{ logLevel: 'verbose' }, 'logLevel', 'there is no such level'],
    [{ image: { digest: 'latest' } }, 'digest', 'a digest pins, a word does not'],
    [{ image: { repository: '' } }, 'repository', 'there is no image without a name'],
    [{ image: { registry: 'example.eu' } }, 'registry', 'the repository says it'],
    [{ imagePullSecrets: [{ name: 'a' }] }, 'imagePullSecrets', 'names are enough'],
    [{ tracing: { otlpEndpoint: 'collector:4318' } }, 'otlpEndpoint', 'a URL has a scheme'],
    [{ metrics: { from: [{}] } }, 'from', 'an empty peer would be everybody'],
    [{ crds: { install: true } }, 'install', 'it is called enabled'],
    [{ podLabels: { a: 1 } }, 'podLabels', 'labels are strings'],
  ])('refuses %j at %s', async (values, at, because) => {
    await expect(renderChart({ values }), because).rejects.toThrow(at)
  })

  it.each(['podMonitor', 'prometheusRule'])('says what to do where the cluster has no %s', async (kind) => {
    await expect(renderChart({ values: { metrics: { [kind]: true } } })).rejects.toThrow(
      'install the Prometheus operator first',
    )
  })
})
