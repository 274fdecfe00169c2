/**
 * The enforcer, as a process in the node's network namespace: main.ts KUBECONFIG. Watches policies, pods and namespaces,
 * and hands nft the whole table when its text changed.
 */
import { readFileSync } from 'node:fs'
import { command } from '../images/command.ts'
import { connect } from '../kube-client.ts'
import { readKubeconfig } from '../kubeconfig.ts'
import { follow } from './informer.ts'
import { render } from './render.ts'
import { type Namespace, type NetworkPolicy, type Pod } from './types.ts'

const [path = ''] = process.argv.slice(2)
const { server, ca, credential } = readKubeconfig(readFileSync(path, 'utf8'))
const client = connect(server, ca, credential)

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
