/**
 * The enforcer, as a process in the node's network namespace: main.ts KUBECONFIG. Watches policies, pods and namespaces,
 * and hands nft the whole table when its text changed.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { command } from '../images/command.ts'
import { connect } from '../kube-client.ts'
import { follow } from './informer.ts'
import { render } from './render.ts'
import { type Namespace, type NetworkPolicy, type Pod } from './types.ts'

interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }]
  users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }]
}

const [path = ''] = process.argv.slice(2)
const config = parse(readFileSync(path, 'utf8')) as Kubeconfig
const text = (base64: string) => Buffer.from(base64, 'base64').toString()
const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster
const { 'client-certificate-data': cert, 'client-key-data': key } = config.users[0].user
const client = connect(server, text(ca), { cert: text(cert), key: text(key) })

const end = new AbortController()
process.once('SIGTERM', () => end.abort())

let policies: readonly NetworkPolicy[] | undefined
let pods: readonly Pod[] | undefined
let namespaces: readonly Namespace[] | undefined
let applied = ''
let applying = false

/** One nft at a time; a change that comes meanwhile is seen by the next look. */
async function enforce(): Promise<void> {
  if (applying || policies === undefined || pods === undefined || namespaces === undefined) return
  applying = true
  try {
    for (let next = render(policies, pods, namespaces); next !== applied;) {
      try {
        await command('nft', ['-f', '-'], { input: next })
        applied = next
      } catch (error) {
        process.stderr.write(`${String(error)}\n${next}\n`)
        return
      }
      next = render(policies, pods, namespaces)
    }
  } finally {
    applying = false
  }
}

await Promise.all([
  follow<NetworkPolicy>(
    client,
    '/apis/networking.k8s.io/v1/networkpolicies',
    (objects) => {
      policies = objects
      void enforce()
    },
    end.signal,
  ),
  follow<Pod>(
    client,
    '/api/v1/pods',
    (objects) => {
      pods = objects
      void enforce()
    },
    end.signal,
  ),
  follow<Namespace>(
    client,
    '/api/v1/namespaces',
    (objects) => {
      namespaces = objects
      void enforce()
    },
    end.signal,
  ),
])
await client.close()
