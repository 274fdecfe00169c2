/** Every place where a secret could turn up: how to read it, and how to put one there on purpose. */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { type KubeJson } from '../cluster/kube-client.ts'
import { everyObject } from './every-object.ts'
import { eventually } from './eventually.ts'
import { type OperatorWorld } from './operator-world.ts'
import { customers } from './operator-world/names.ts'
import { argumentsOf, descendants, environmentOf } from './process-tree.ts'

export interface Piece {
  text: string
  /** The Secret that it was taken from, as `namespace/name`. */
  holder?: string
}

export interface Sink {
  name: string
  read: () => Promise<Piece[]>
  /** Puts the secret there, in the way that a mistake would. */
  plant: (secret: string) => Promise<unknown>
}

interface Pod extends KubeJson {
  spec: { containers: { name: string }[] }
  status?: { podIP?: string }
}
interface SecretObject extends KubeJson {
  data?: Record<string, string>
}

const file = (path: string): Piece[] => (existsSync(path) ? [{ text: readFileSync(path, 'utf8') }] : [])
const textOf = (objects: readonly object[]): Piece[] =>
  objects.map((each) => ({ text: JSON.stringify(each) }))

/** `strangers`: processes that are no part of the product, and know its credentials because they ask for them. */
export function sinks(
  world: OperatorWorld,
  strangers: readonly number[] = [],
): { sinks: Sink[]; close: () => Promise<void> } {
  const { controlPlane, kubelet, postgres } = world
  const processes = () => descendants(process.pid).filter((pid) => !strangers.includes(pid))
  const { client } = controlPlane
  const undo: (() => void)[] = []
  const pods = async () => (await client.call<{ items: Pod[] }>('GET', '/api/v1/pods')).items
  const podLogs = async () =>
    (await pods()).flatMap(({ metadata, spec }) =>
      spec.containers.flatMap(
        ({ name }) => kubelet.logFile(metadata.namespace ?? '', metadata.name, name) ?? [],
      ),
    )
  const addresses = async () => (await pods()).flatMap(({ status }) => status?.podIP ?? [])
  const answers = async (urls: string[]) =>
    Promise.all(
      urls.map(async (url) => {
        const response = await fetch(url).catch(() => undefined)
        return { text: response === undefined ? '' : await response.text() }
      }),
    )
  /** A page that says the secret stands in the place of a program that would. */
  const page = async (said: string) => {
    const server = createServer((_, response) => response.end(said)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    undo.push(() => server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }
  const planted = { operator: [] as string[], runtime: [] as string[], answers: [] as string[] }
  const sleeper = (env: Record<string, string>, args: string[]) => {
    const code = 'setTimeout(() => {}, 600000)'
    const child = spawn(process.execPath, ['-e', code, '--', ...args], { stdio: 'ignore', env })
    undo.push(() => child.kill('SIGKILL'))
    return new Promise((resolve) => child.once('spawn', resolve))
  }
  const objects = async (keep: (plural: string) => boolean) =>
    (await everyObject(client)).filter(({ plural }) => keep(plural)).map(({ object }) => object)
  const list: Sink[] = [
    {
      name: "the operator's log",
      read: () => Promise.resolve(file(world.logFile)),
      plant: (secret) => {
        appendFileSync(world.logFile, `{"msg":"${secret}"}\n`)
        return Promise.resolve()
      },
    },
    {
      name: "the runtimes' logs",
      read: async () => (await podLogs()).flatMap(file),
      plant: async (secret) => appendFileSync((await podLogs())[0] ?? '', `{"msg":"${secret}"}\n`),
    },
    {
      name: 'events',
      read: async () => textOf(await objects((plural) => plural === 'events')),
      plant: (secret) =>
        client.call('POST', `/apis/events.k8s.io/v1/namespaces/${customers}/events`, {
          apiVersion: 'events.k8s.io/v1',
          kind: 'Event',
          metadata: { name: 'planted' },
          eventTime: '2026-11-22T00:00:00.000000Z',
          reportingController: 'kiavi.eu/operator',
          reportingInstance: 'planted',
          action: 'Plant',
          reason: 'Planted',
          type: 'Normal',
          note: secret.slice(0, 1000),
          regarding: { kind: 'KiaviTenant', name: 'planted', namespace: customers },
        }),
    },
    {
      name: 'status of KiaviTenants and classes',
      read: async () => textOf(await objects((plural) => plural.startsWith('kiavi'))),
      plant: async (secret) => {
        const tenants = `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants`
        const object = { apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviTenant' }
        await client.call('POST', tenants, {
          ...object,
          metadata: { name: 'planted', namespace: customers },
          spec: { host: 'auth.planted.test' },
        })
        const condition = {
          ...{ type: 'Ready', status: 'False', reason: 'Planted', message: secret },
          lastTransitionTime: '2026-11-22T00:00:00Z',
        }
        await client.call('PATCH', `${tenants}/planted/status`, { status: { conditions: [condition] } })
      },
    },
    {
      name: 'all other objects of the cluster',
      read: async () =>
        textOf(
          await objects(
            (plural) => plural !== 'secrets' && plural !== 'events' && !plural.startsWith('kiavi'),
          ),
        ),
      plant: (secret) =>
        client.call('POST', '/api/v1/namespaces/default/configmaps', {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'planted' },
          data: { secret },
        }),
    },
    {
      name: 'Secrets that are not its home',
      read: async () => {
        const { items } = await client.call<{ items: SecretObject[] }>('GET', '/api/v1/secrets')
        return items.flatMap(({ metadata, data }) => [
          { text: JSON.stringify(metadata), holder: '' },
          ...Object.values(data ?? {}).map((value) => ({
            text: Buffer.from(value, 'base64').toString('utf8'),
            holder: `${metadata.namespace ?? ''}/${metadata.name}`,
          })),
        ])
      },
      plant: (secret) =>
        client.call('POST', '/api/v1/namespaces/default/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'planted' },
          stringData: { secret },
        }),
    },
    {
      name: 'environments of processes',
      read: () => Promise.resolve(processes().map((pid) => ({ text: environmentOf(pid) }))),
      plant: (secret) => sleeper({ PLANTED: secret }, []),
    },
    {
      name: 'arguments of processes',
      read: () => Promise.resolve(processes().map((pid) => ({ text: argumentsOf(pid) }))),
      plant: (secret) => sleeper({}, [secret]),
    },
    {
      name: 'the audit log',
      read: () => Promise.resolve(file(controlPlane.auditLog)),
      plant: async (secret) => {
        await client.find(`/api/v1/namespaces/default/configmaps/${encodeURIComponent(secret)}`)
        await eventually('The audit log being written', () =>
          Promise.resolve(readFileSync(controlPlane.auditLog, 'utf8').includes(secret)),
        )
      },
    },
    {
      name: "the operator's metrics",
      read: () => answers([`${world.operator.url()}/metrics`, ...planted.operator]),
      plant: async (secret) => planted.operator.push(await page(`x{y="${secret}"} 1`)),
    },
    {
      name: "the runtimes' metrics and probes",
      read: async () =>
        answers([
          ...(await addresses()).flatMap((ip) => [`http://${ip}:9464/metrics`, `http://${ip}:9464/readyz`]),
          ...planted.runtime,
        ]),
      plant: async (secret) => planted.runtime.push(await page(`x{y="${secret}"} 1`)),
    },
    {
      name: 'what a runtime tells everybody',
      read: async () =>
        answers([
          ...(await addresses()).flatMap((ip) =>
            ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/'].map(
              (path) => `http://${ip}:8080${path}`,
            ),
          ),
          ...planted.answers,
        ]),
      plant: async (secret) => planted.answers.push(await page(JSON.stringify({ keys: [secret] }))),
    },
    {
      name: "PostgreSQL's log, of every statement",
      read: () => Promise.resolve(file(postgres.logFile)),
      plant: async (secret) => {
        const sql = await postgres.connect(postgres.superuser)
        await sql.query(`SELECT '${secret}'`)
        await sql.end()
      },
    },
  ]
  const close = () => {
    for (const step of undo) step()
    return Promise.resolve()
  }
  return { sinks: list, close }
}
