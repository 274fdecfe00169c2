import { once } from 'node:events'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { cacheFolder } from '../../cluster/folders.ts'
import { nodeBaseImage } from '../../cluster/images/node-base.ts'
import { type TestCluster, type TestGateway } from '../../cluster/test-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { openCluster } from '../../support/node.setup.ts'
import { policy, probePod, restrictedNamespace, route, webDeployment, webService } from './objects.ts'

const facts = inject('cluster')
const opened = await openCluster(facts)
const suffix = process.pid.toString(36)
const web = `web-${suffix}`
const stranger = `stranger-${suffix}`

/** Asks the gateway as a browser would that trusts its CA: TLS verified against the name. */
const ask = ({ address, ca }: TestGateway, host: string) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const call = request(
      { host: address, servername: host, headers: { host }, ca, timeout: 5_000 },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () => resolve({ status: response.statusCode, body }))
      },
    )
    call.on('error', reject).on('timeout', () => call.destroy(new Error('no answer in 5 s')))
    call.end()
  })

describe.skipIf(opened === undefined)('a cluster with real pods', () => {
  let cluster: TestCluster
  let image = ''
  const apply = (...items: object[]) =>
    cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  const wget = (pod: string, url: string) =>
    // busybox 1.35 crashes on wget's own -T.
    cluster.kubectl(['exec', '-n', stranger, pod, '--', 'busybox', 'timeout', '2', 'wget', '-qO-', url])
  const reaches = (pod: string, url: string) =>
    wget(pod, url).then(
      () => true,
      () => false,
    )

  beforeAll(async () => {
    cluster = opened!
    image = await cluster.loadImage(await nodeBaseImage(cacheFolder()))
    await apply(
      restrictedNamespace(web, { 'kiavi.eu/managed-by': 'kiavi-operator' }),
      restrictedNamespace(stranger),
    )
  })
  afterAll(async () => {
    await cluster.kubectl(['delete', 'namespace', web, stranger, '--timeout=120s'])
  })

  it('makes a hardened deployment of two replicas available from an image of this machine', async () => {
    const began = Date.now()
    await apply(webDeployment(web, image), webService(web))
    await cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', web, '--timeout=120s'])
    process.stderr.write(`two replicas available after ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
    const ready = await cluster.kubectl([
      'get',
      'deployment',
      'web',
      '-n',
      web,
      '-o',
      'jsonpath={.status.availableReplicas}',
    ])
    expect(ready).toBe('2')
  })

  it('refuses a pod that Pod Security restricted forbids', async () => {
    const root = { ...probePod(stranger, 'root', image), spec: { containers: [{ name: 'root', image }] } }
    await expect(apply(root)).rejects.toThrow(/violates PodSecurity "restricted/)
  })

  it('answers by name through a Service, from both replicas', async () => {
    await apply(probePod(stranger, 'probe', image), probePod(stranger, 'other', image))
    await cluster.kubectl([
      'wait',
      '--for=condition=Ready',
      'pod/probe',
      'pod/other',
      '-n',
      stranger,
      '--timeout=60s',
    ])
    const seen = new Set<string>()
    await eventually('answers of both replicas', async () => {
      seen.add((await wget('probe', `http://web.${web}.svc.cluster.local/`)).split(' ')[0]!)
      return seen.size === 2
    })
    expect([...seen].every((name) => name.startsWith('web-'))).toBe(true)
  })

  it('shows logs and runs commands', async () => {
    expect(await cluster.kubectl(['logs', '-n', web, 'deployment/web'])).toContain('listening')
    expect(await cluster.kubectl(['exec', '-n', web, 'deployment/web', '--', 'id', '-u'])).toBe('65532\n')
  })

  it('lets a pod reach a server of this machine, which sees the pod by its own address', async ({ skip }) => {
    const { hostAddress } = cluster
    if (hostAddress === undefined) return skip('pods of this cluster cannot reach this machine')
    const server = createServer((request, response) => response.end(request.socket.remoteAddress))
    const listening = once(server, 'listening')
    server.listen(0, hostAddress)
    await listening
    try {
      const { port } = server.address() as AddressInfo
      const address = await cluster.kubectl([
        'get',
        'pod',
        'probe',
        '-n',
        stranger,
        '-o',
        'jsonpath={.status.podIP}',
      ])
      expect(await wget('probe', `http://${hostAddress}:${port}/`)).toBe(address)
    } finally {
      server.close()
    }
  })

  it('serves HTTPS through the gateway to a route of a namespace with our label, and of no other', async ({
    skip,
  }) => {
    const { gateway } = cluster
    if (gateway === undefined) return skip('this cluster has no gateway of ours')
    const host = 'auth.acme.test'
    await apply(route(web, host, gateway.parent), route(stranger, 'auth.globex.test', gateway.parent))
    const answer = await eventually('an answer through the gateway', async () => {
      const given = await ask(gateway, host)
      return given.status === 200 && given
    })
    expect(answer.body).toMatch(/^web-\S+ auth\.acme\.test$/)
    expect((await ask(gateway, 'auth.globex.test')).status).toBe(404)
  })

  it('enforces a policy on traffic in: open, then closed, then open to whom it names', async () => {
    const url = `http://web.${web}.svc.cluster.local/`
    expect(await reaches('probe', url), 'before any policy').toBe(true)
    await apply(policy(web, 'deny', { podSelector: {}, policyTypes: ['Ingress'] }))
    await eventually('the door to close', async () => !(await reaches('probe', url)))
    const from = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': stranger } },
      podSelector: { matchLabels: { app: 'probe' } },
    }
    await apply(
      policy(web, 'allow', { podSelector: {}, ingress: [{ from: [from], ports: [{ port: 'http' }] }] }),
    )
    await eventually('the door to open for the probe', () => reaches('probe', url))
    expect(await reaches('other', url), 'a pod that no policy names').toBe(false)
    // The kubelet's own probes never stopped.
    await cluster.kubectl(['delete', 'networkpolicy', 'deny', 'allow', '-n', web])
    await eventually('the door to open for everybody', () => reaches('other', url))
  })

  it('enforces a policy on traffic out: DNS may stay open while the rest is closed', async () => {
    const url = `http://web.${web}.svc.cluster.local/`
    const [address = ''] = (
      await cluster.kubectl(['get', 'pods', '-n', web, '-o', 'jsonpath={.items[*].status.podIP}'])
    ).split(' ')
    const lookUp = () =>
      cluster
        .kubectl(['exec', '-n', stranger, 'probe', '--', 'nslookup', `web.${web}.svc.cluster.local`])
        .then(
          () => true,
          () => false,
        )
    expect(await reaches('probe', url), 'before any policy').toBe(true)
    await apply(policy(stranger, 'deny', { podSelector: {}, policyTypes: ['Egress'] }))
    await eventually('traffic out to end', async () => !(await reaches('probe', `http://${address}:8080/`)))
    expect(await lookUp(), 'a name looked up').toBe(false)
    const dns = {
      to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
      ports: [{ protocol: 'UDP', port: 53 }],
    }
    await apply(policy(stranger, 'dns', { podSelector: {}, policyTypes: ['Egress'], egress: [dns] }))
    await eventually('a name looked up', lookUp)
    expect(await reaches('probe', `http://${address}:8080/`), 'what no policy names').toBe(false)
    const out = { to: [{ ipBlock: { cidr: `${address}/32` } }], ports: [{ port: 8080 }] }
    await apply(policy(stranger, 'out', { podSelector: {}, policyTypes: ['Egress'], egress: [out] }))
    await eventually('the named address', () => reaches('probe', `http://${address}:8080/`))
  })
})
