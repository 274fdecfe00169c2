import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Identity, issueCredential } from '../../cluster/identity.ts'
import { connect, type KubeClient, type KubeJson } from '../../cluster/kube-client.ts'
import { startTimeOf } from '../../cluster/process.ts'
import { type ProcessKubelet, startProcessKubelet } from '../../cluster/process-kubelet.ts'
import { type Pod } from '../../cluster/process-kubelet/pod.ts'
import { eventually } from '../../support/eventually.ts'

const { server, ca, admin, auditLog } = inject('controlPlane')
const namespace = 'harness'
const core = `/api/v1/namespaces/${namespace}`
const apps = `/apis/apps/v1/namespaces/${namespace}/deployments`
const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`
let client: KubeClient

beforeAll(async () => {
  client = connect(server, ca, admin)
  await client.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
})
afterAll(async () => {
  await client.call('DELETE', `/api/v1/namespaces/${namespace}`)
  await client.close()
})

/** One request on a connection of its own, never sent twice. */
const ask = (host: string, path: string) =>
  new Promise<string>((resolve, reject) => {
    const asked = request({ host, port: 8080, path, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text))
    })
    asked.once('error', reject)
    asked.end()
  })

const podsOf = async (app: string) =>
  (await client.call<{ items: Pod[] }>('GET', `${core}/pods?labelSelector=app%3D${app}`)).items
/** The process that stands for a pod's only container, by its status. */
const pidOf = (pod: Pod) => {
  const id = /^process:\/\/(\d+)-(\d+)$/.exec(pod.status?.containerStatuses?.[0]?.containerID ?? '')!
  return { pid: Number(id[1]), startTime: id[2] }
}

describe('startProcessKubelet', () => {
  let kubelet: ProcessKubelet
  beforeAll(async () => {
    const entrypoint = [process.execPath, fileURLToPath(new URL('tiny-server.mjs', import.meta.url))]
    kubelet = await startProcessKubelet({ client, programs: { tiny: { entrypoint } }, volumeSyncMs: 200 })
    await client.call('POST', `${core}/configmaps`, {
      metadata: { name: 'tenant' },
      data: { greeting: 'hello' },
    })
    await client.call('POST', `${core}/services`, {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
    })
    const container = {
      name: 'web',
      image: 'registry.example/kiavi/tiny:1.0',
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
      volumeMounts: [{ name: 'tenant', mountPath: '/etc/kiavi/tenant' }],
    }
    await client.call('POST', apps, {
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [container], volumes: [{ name: 'tenant', configMap: { name: 'tenant' } }] },
        },
      },
    })
  })
  afterAll(() => kubelet.stop())

  it('makes a Deployment Available by its real readiness probe', async () => {
    await eventually('the Deployment being available', async () => {
      const { status } = await client.call<KubeJson & { status: { availableReplicas?: number } }>(
        'GET',
        `${apps}/web`,
      )
      return status.availableReplicas === 1
    })
    const [pod] = await podsOf('web')
    const { pid } = pidOf(pod!)
    expect(await ask(pod!.status!.podIP!, '/')).toBe(`${pid} hello`)
  })

  it('gives the EndpointSlice the address of the pod', async () => {
    const [pod] = await podsOf('web')
    const endpoints = await eventually('an endpoint', async () => {
      const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`
      const { items } = await client.call<{ items: { endpoints?: object[] }[] }>('GET', path)
      return items[0]?.endpoints
    })
    const { podIP } = pod!.status!
    expect(endpoints).toMatchObject([
      { addresses: [podIP], conditions: { ready: true }, nodeName: kubelet.nodeName },
    ])
  })

  it('brings a changed ConfigMap to the running process', async () => {
    await client.call('PATCH', `${core}/configmaps/tenant`, { data: { greeting: 'changed' } })
    const [pod] = await podsOf('web')
    await eventually('the new greeting', async () =>
      (await ask(pod!.status!.podIP!, '/')).endsWith(' changed'),
    )
  })

  it('restarts a process that died, and says so', async () => {
    const [before] = await podsOf('web')
    await expect(ask(before!.status!.podIP!, '/crash')).rejects.toThrow()
    const after = await eventually('the restart', async () => {
      const [pod] = await podsOf('web')
      const status = pod?.status?.containerStatuses?.[0]
      return status?.restartCount === 1 && status.ready ? pod : undefined
    })
    expect(after.metadata.uid).toBe(before!.metadata.uid)
    expect(after.status!.containerStatuses![0]!.lastState.terminated).toMatchObject({
      exitCode: 3,
      reason: 'Error',
    })
    expect(pidOf(after).pid).not.toBe(pidOf(before!).pid)
  })

  it('is not ready while its process does not answer', async () => {
    const [pod] = await podsOf('web')
    const { pid } = pidOf(pod!)
    const isReady = async () =>
      (await podsOf('web'))[0]?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
    process.kill(pid, 'SIGSTOP')
    await eventually('being unready', async () => !(await isReady()))
    process.kill(pid, 'SIGCONT')
    await eventually('being ready again', isReady)
  })

  it.each([
    { name: 'good', script: 'test "$GREETING" = hi', condition: 'Complete' },
    { name: 'bad', script: 'exit 7', condition: 'Failed' },
  ])('runs a Job to its end: $name', async ({ name, script, condition }) => {
    const env = [{ name: 'GREETING', value: 'hi' }]
    const step = { name: 'step', image: 'tiny', command: ['/bin/sh', '-c'], args: [script], env }
    await client.call('POST', jobs, {
      metadata: { name },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels: { app: name } },
          spec: { restartPolicy: 'Never', containers: [step] },
        },
      },
    })
    await eventually(`the Job being ${condition}`, async () => {
      const job = await client.call<
        KubeJson & { status: { conditions?: { type: string; status: string }[] } }
      >('GET', `${jobs}/${name}`)
      return job.status.conditions?.some((each) => each.type === condition && each.status === 'True')
    })
    const [pod] = await podsOf(name)
    expect(pod!.status!.phase).toBe(name === 'good' ? 'Succeeded' : 'Failed')
  })

  it('says why an image cannot be run', async () => {
    const spec = { containers: [{ name: 'other', image: 'nginx' }] }
    await client.call('POST', `${core}/pods`, { metadata: { name: 'other', labels: { app: 'other' } }, spec })
    const message = await eventually('the reason', async () => {
      const waiting = (await podsOf('other'))[0]?.status?.containerStatuses?.[0]?.state.waiting
      return waiting?.reason === 'ErrImageNeverPull' && waiting.message
    })
    expect(message).toContain('no local program stands for the image nginx')
    await client.call('DELETE', `${core}/pods/other`)
    await eventually('the pod being gone', async () => (await podsOf('other')).length === 0)
  })

  it('ends the process when its Deployment is deleted', async () => {
    const [pod] = await podsOf('web')
    const { pid, startTime } = pidOf(pod!)
    expect(startTimeOf(pid)).toBe(startTime)
    await client.call('DELETE', `${apps}/web`, { propagationPolicy: 'Background' })
    await eventually('the pod being gone', async () => (await podsOf('web')).length === 0)
    expect(startTimeOf(pid)).not.toBe(startTime)
  })
})

describe('startControlPlane', () => {
  it('lets a ServiceAccount do what its roles say, and nothing else', async () => {
    await client.call('POST', `${core}/serviceaccounts`, { metadata: { name: 'reader' } })
    const identity: Identity = { serviceAccount: { namespace, name: 'reader' } }
    const reader = connect(server, ca, await issueCredential(client, undefined, identity))
    await expect(reader.call('GET', `${core}/configmaps`)).rejects.toMatchObject({ status: 403 })
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
    await client.call('POST', `${rbac}/roles`, {
      metadata: { name: 'reader' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }],
    })
    await client.call('POST', `${rbac}/rolebindings`, {
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
    })
    await eventually('the role being in force', () =>
      reader.find(`${core}/configmaps`).catch(() => undefined),
    )
    await expect(reader.call('GET', `${core}/secrets`)).rejects.toMatchObject({ status: 403 })
    await reader.close()
  })

  it('refuses who shows no credential', async () => {
    const nobody = connect(server, ca, { token: '' })
    await expect(nobody.call('GET', '/api/v1/namespaces')).rejects.toMatchObject({ status: 401 })
    await nobody.close()
  })

  it('writes down who wrote what, and never what was in it', async () => {
    const stringData = { password: 'correct horse battery staple' }
    await client.call('POST', `${core}/secrets`, { metadata: { name: 'audited' }, stringData })
    interface AuditEvent {
      verb: string
      user: { username: string }
      objectRef?: { resource: string; namespace?: string; name?: string }
      responseStatus?: { code: number }
    }
    const event = await eventually('the audit event', () =>
      Promise.resolve(
        readFileSync(auditLog, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as AuditEvent)
          .find(({ verb, objectRef }) => verb === 'create' && objectRef?.name === 'audited'),
      ),
    )
    expect(event).toMatchObject({
      user: { username: 'kiavi-admin' },
      objectRef: { resource: 'secrets', namespace },
      responseStatus: { code: 201 },
    })
    expect(readFileSync(auditLog, 'utf8')).not.toContain(stringData.password)
  })

  it('refuses a privileged pod where Pod Security is restricted', async () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await client.call('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels } })
    const securityContext = { privileged: true }
    const spec = { containers: [{ name: 'root', image: 'tiny', securityContext }] }
    await expect(
      client.call('POST', `${core}/pods`, { metadata: { name: 'root' }, spec }),
    ).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('violates PodSecurity "restricted') as string,
    })
  })

  it('enforces a ValidatingAdmissionPolicy', async () => {
    const admission = '/apis/admissionregistration.k8s.io/v1'
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] }
    await client.call('POST', `${admission}/validatingadmissionpolicies`, {
      metadata: { name: 'harness-keep' },
      spec: {
        matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['tenant'] }] },
        validations: [{ expression: 'false', message: 'this one stays' }],
      },
    })
    await client.call('POST', `${admission}/validatingadmissionpolicybindings`, {
      metadata: { name: 'harness-keep' },
      spec: { policyName: 'harness-keep', validationActions: ['Deny'] },
    })
    const refusal = await eventually('the policy being in force', () =>
      client.call('DELETE', `${core}/configmaps/tenant?dryRun=All`).then(
        () => undefined,
        (error: unknown) => error,
      ),
    )
    for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies'])
      await client.call('DELETE', `${admission}/${kind}/harness-keep`)
    expect(String(refusal)).toContain('this one stays')
  })
})
