import { annotation, child, label } from '../../../operator/src/api/v1alpha1/names.ts'
import { decode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { digest } from '../../../operator/src/controllers/canonical.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { type ApiServer } from './api-server.ts'
import { type Random } from './random.ts'
import { type PodTold, RuntimePod } from './runtime-pod.ts'
import { type Timeline } from './timeline.ts'

interface Deployment extends KubeObject {
  spec: { replicas: number; template: object }
}

/** How many seconds things take: of a kubelet, a Deployment's controller and a node. */
const seconds = {
  /** Between two visits of a kubelet to a mounted Secret. */
  sync: [1, 90],
  syncAnew: [60, 90],
  nudge: [0.5, 5],
  readiness: [0.1, 2],
  start: [1, 20],
  /** After it was told to end, a pod still takes requests for a while. */
  drain: [2, 15],
  goes: [0.1, 25],
} as const

/** A node with its kubelet, and the controllers of Deployments and of EndpointSlices. */
export class Node {
  readonly pods = new Map<string, RuntimePod>()
  /** By how many seconds what the next new pod mounts is out of date. */
  nextStartIsStaleBy = 0
  readonly #server: ApiServer
  readonly #timeline: Timeline
  readonly #random: Random
  readonly #told: PodTold
  readonly #say: (line: string) => void
  #count = 0
  /** What the mounted Secret was, the newest last. */
  readonly #secrets: { at: number; files: Record<string, string> }[] = []

  constructor(
    server: ApiServer,
    timeline: Timeline,
    { random, told, say }: { random: Random; told: PodTold; say: (line: string) => void },
  ) {
    this.#server = server
    this.#timeline = timeline
    this.#random = random
    this.#told = told
    this.#say = say
    server.watch((object, isGone) => this.#heard(object, isGone))
  }

  /** Requests reach it, or may still. */
  taking(): RuntimePod[] {
    return [...this.pods.values()].filter(({ state }) => state === 'serving' || state === 'ending')
  }

  /** What a pod answers at its own address. */
  async answer(url: Parameters<typeof fetch>[0]): Promise<Response> {
    const { hostname, pathname } = new URL(url)
    const pod = [...this.pods.values()].find(({ birth }) => birth.address === hostname)
    if (!pod || pod.state === 'gone' || pod.unreachableUntil > this.#timeline.now)
      throw new Error('There is no answer.')
    const { status, body } = await pod.answer(pathname)
    return new Response(body, { status })
  }

  /** A pod goes without being asked, as with its node. */
  kill(pod: RuntimePod): void {
    this.#say(`${pod.name} is killed`)
    this.#gone(pod)
  }

  /** Its node loses the cluster for a while: what is new reaches it only afterwards, when it is back already. */
  cutOff(pod: RuntimePod, ms: number): void {
    this.#say(`${pod.name} is cut off for ${(ms / 1000).toFixed(0)} s`)
    pod.isCutOff = true
    pod.slowUntil = Math.max(pod.slowUntil, this.#timeline.now + ms)
    pod.unreachableUntil = Math.max(pod.unreachableUntil, this.#timeline.now + ms)
    this.#changed(pod)
    this.#timeline.after(ms, () => {
      if (pod.state !== 'serving') return
      pod.isCutOff = false
      this.#changed(pod)
      this.#later('sync', () => this.#sync(pod))
    })
  }

  #changed(pod: RuntimePod): void {
    this.#told.serves(pod)
    this.#publish()
  }

  #heard(object: KubeObject, isGone: boolean): void {
    const { kind, metadata } = object
    if (kind === 'Secret' && metadata.name === child.signingKeys && !isGone) {
      this.#secrets.push({ at: this.#timeline.now, files: decode(object['data']) })
      if (this.#secrets.length > 20) this.#secrets.shift()
      for (const pod of this.pods.values()) this.#later('sync', () => this.#sync(pod))
      this.#deploy()
    }
    if (kind === 'Deployment' && observedOf(object) !== metadata.generation)
      this.#later('readiness', () => this.#deploy())
    if (kind === 'Job' && object['status'] === undefined) this.#later('start', () => this.#finish(object))
    if (kind === 'Pod' && !isGone) this.#podChanged(object)
  }

  #podChanged({ metadata }: KubeObject): void {
    const pod = this.pods.get(metadata.name)
    if (!pod) return
    if (metadata.deletionTimestamp !== undefined) this.#end(pod)
    else if (metadata.annotations?.[annotation.keySet] !== undefined)
      this.#later('nudge', () => this.#sync(pod))
  }

  /** The kubelet comes by. What it cannot read any more it leaves as it is. */
  #sync(pod: RuntimePod): void {
    const newest = this.#secrets.at(-1)
    const isThere = this.#server.list('Secret').some(({ metadata }) => metadata.name === child.signingKeys)
    if (pod.state === 'gone' || !newest || !isThere || pod.mounted === newest.files['keyset.json']) return
    if (pod.slowUntil > this.#timeline.now) {
      if (pod.slowUntil < Infinity)
        this.#timeline.after(pod.slowUntil - this.#timeline.now, () =>
          this.#later('sync', () => this.#sync(pod)),
        )
      return
    }
    pod.mount(newest.files)
    this.#later('readiness', async () => {
      await pod.look()
    })
  }

  #later(what: keyof typeof seconds, run: () => void | Promise<void>): void {
    const [from, to] = seconds[what]
    this.#timeline.after(this.#random.between(from, to) * 1000, run)
  }

  #finish({ metadata }: KubeObject): void {
    if (!this.#server.get('Job', metadata)) return
    const status = { conditions: [{ type: 'Complete', status: 'True' }] }
    this.#server.patch('Job', metadata, { status }, 'status')
  }

  #deployment(): Deployment | undefined {
    return this.#server.list('Deployment')[0] as Deployment | undefined
  }

  /** One more than wanted while pods are exchanged, and none fewer. */
  #deploy(): void {
    const deployment = this.#deployment()
    if (!deployment || this.#secrets.length === 0) return
    const { replicas } = deployment.spec
    const template = digest(deployment.spec.template, 10)
    const all = [...this.pods.values()].filter(({ state }) => state === 'starting' || state === 'serving')
    const current = all.filter(({ birth }) => birth.template === template)
    const old = all.filter(({ birth }) => birth.template !== template)
    const missing = Math.min(replicas - current.length, replicas + 1 - all.length)
    for (let more = missing; more > 0; more -= 1) this.#start(deployment, template)
    const serving = all.filter(({ state }) => state === 'serving').length
    const surplus = old.find(({ state }) => state === 'starting') ?? old[0]
    if (surplus && (surplus.state === 'starting' || serving > replicas)) this.#delete(surplus)
    this.#publish()
  }

  #delete(pod: RuntimePod): void {
    this.#server.delete('Pod', { namespace: this.#namespace(), name: pod.name })
  }

  #namespace(): string {
    return this.#deployment()?.metadata.namespace ?? ''
  }

  #start(deployment: Deployment, template: string): void {
    this.#count += 1
    const name = `runtime-${template.slice(0, 5)}-${this.#count}`
    const { namespace = '', labels = {} } = deployment.metadata
    const document = this.#server.get('ConfigMap', { namespace, name: child.tenantDocument })
    const text = (document?.['data'] as Record<string, string> | undefined)?.['tenant.json'] ?? '{}'
    const { tokens } = JSON.parse(text) as { tokens?: { accessTokenSeconds?: number } }
    const made = this.#server.create({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name, namespace, labels: { [label.tenantID]: labels[label.tenantID] ?? '' } },
    })
    const address = `10.${this.#count >> 16}.${(this.#count >> 8) & 255}.${this.#count & 255}`
    const accessTokenSeconds = tokens?.accessTokenSeconds ?? 600
    const birth = { name, uid: made.metadata.uid ?? '', address, template, accessTokenSeconds }
    const pod = new RuntimePod(birth, this.#timeline, this.#told)
    this.pods.set(name, pod)
    pod.mount(this.#filesForNew(pod))
    this.#later('start', async () => {
      if (pod.state !== 'starting') return
      if (!(await pod.look())) throw new Error(`${pod.name} has no keys to begin with.`)
      pod.state = 'serving'
      const containerStatuses = [{ name: 'runtime', started: true, ready: true }]
      this.#server.patch('Pod', { namespace, name }, { status: { containerStatuses } })
      this.#told.serves(pod)
      this.#deploy()
    })
  }

  /** Mostly what is there; a cache of the kubelet's may be behind. */
  #filesForNew(pod: RuntimePod): Record<string, string> {
    const staleBy = this.nextStartIsStaleBy
    this.nextStartIsStaleBy = 0
    const moment = this.#timeline.now - staleBy * 1000
    const then = this.#secrets.findLast(({ at }) => at <= moment) ?? this.#secrets.at(-1)
    this.#later('syncAnew', () => this.#sync(pod))
    const isStale = then !== this.#secrets.at(-1)
    this.#say(`${pod.name} starts${isStale ? ` with what was mounted ${staleBy.toFixed(0)} s ago` : ''}`)
    return then?.files ?? {}
  }

  #end(pod: RuntimePod): void {
    if (pod.state === 'ending' || pod.state === 'gone') return
    this.#say(`${pod.name} ends`)
    if (pod.state === 'starting') {
      this.#gone(pod)
      return
    }
    pod.state = 'ending'
    this.#later('drain', () => {
      if (pod.state === 'ending') this.#silence(pod)
    })
    this.#deploy()
  }

  /** No request comes any more; what it has it finishes. */
  #silence(pod: RuntimePod): void {
    pod.end()
    this.#told.serves(pod)
    this.#publish()
    this.#later('goes', () => this.#gone(pod))
  }

  #gone(pod: RuntimePod): void {
    pod.end()
    this.#told.serves(pod)
    this.pods.delete(pod.name)
    this.#server.remove('Pod', { namespace: this.#namespace(), name: pod.name })
    this.#deploy()
  }

  /** What the controllers of Endpoints and Deployments say of it. */
  #publish(): void {
    const deployment = this.#deployment()
    if (!deployment) return
    const { namespace = '', labels = {}, generation } = deployment.metadata
    const template = digest(deployment.spec.template, 10)
    const living = [...this.pods.values()].filter(({ state }) => state === 'starting' || state === 'serving')
    const status = {
      observedGeneration: generation,
      replicas: living.length,
      updatedReplicas: living.filter(({ birth }) => birth.template === template).length,
      readyReplicas: living.filter(({ state, isCutOff }) => state === 'serving' && !isCutOff).length,
    }
    this.#server.patch('Deployment', { namespace, name: child.runtime }, { status }, 'status')
    const endpoints = [...this.pods.values()].map(({ birth, state, isCutOff }) => ({
      addresses: [birth.address],
      conditions: {
        ready: !isCutOff && state === 'serving',
        serving: !isCutOff && (state === 'serving' || state === 'ending'),
        terminating: state === 'ending' || state === 'gone',
      },
      targetRef: { kind: 'Pod', name: birth.name },
    }))
    const slice: KubeObject = {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      metadata: { name: 'runtime-slice', namespace, labels },
      ports: [
        { name: 'http', port: 8080 },
        { name: 'metrics', port: 9464 },
      ],
      endpoints,
    }
    if (this.#server.get('EndpointSlice', slice.metadata)) this.#server.replace(slice)
    else this.#server.create(slice)
  }
}

const observedOf = (object: KubeObject) =>
  (object['status'] as { observedGeneration?: number } | undefined)?.observedGeneration
