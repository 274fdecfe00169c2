import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type TestGateway } from '../cluster/test-cluster.ts'

export const usage = `npm run demo [-- OPTIONS]

Brings a real Kubernetes up on this machine, installs the chart, makes one tenant, and lets a real browser sign a
person up and in. Root on Linux; everything else it installs itself.

  --keep               leave the cluster up, and say how to use it
  --name NAME          another cluster of ours than "demo"
  --context NAME       use a cluster that you have, by a context of your kubeconfig, instead
  --registry HOST/DIR  with --context: push the images there (without it, load the archives that are named by hand)
  --gateway NS/NAME/LISTENER, --gateway-address IP, --gateway-ca FILE, --proxies NAMESPACE
                       with --context: its Gateway, where it comes in, the CA of its certificate, where its proxies run
  --host HOST          the tenant's host (auth.acme.test)
  --screenshots DIR    where pictures go (.proofs/demo)`

export interface DemoOptions {
  keep: boolean
  name: string
  context: string | undefined
  registry: string | undefined
  gateway: TestGateway | undefined
  host: string
  screenshots: string
}

/** Reads the command line; throws a sentence when it is off. `undefined`: only help was asked for. */
export function demoOptions(args: readonly string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keep: { type: 'boolean', default: false },
      name: { type: 'string', default: 'demo' },
      context: { type: 'string' },
      registry: { type: 'string' },
      gateway: { type: 'string' },
      'gateway-address': { type: 'string' },
      'gateway-ca': { type: 'string' },
      proxies: { type: 'string' },
      host: { type: 'string', default: 'auth.acme.test' },
      screenshots: { type: 'string', default: '.proofs/demo' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const gateway = values.gateway === undefined ? undefined : namedGateway(values)
  const { keep, name, context, registry, host, screenshots } = values
  return { keep, name, context, registry, host, screenshots, gateway }
}

function namedGateway(values: Record<string, string | boolean | undefined>): TestGateway {
  const text = (name: string) => {
    const value = values[name]
    if (typeof value === 'string') return value
    throw new Error(`--gateway needs --${name} too.\n\n${usage}`)
  }
  const [namespace, name, sectionName] = text('gateway').split('/')
  if (!namespace || !name || !sectionName) throw new Error('--gateway is NAMESPACE/NAME/LISTENER.')
  return {
    address: text('gateway-address'),
    ca: readFileSync(text('gateway-ca'), 'utf8'),
    domains: [],
    parent: { namespace, name, sectionName },
    proxyNamespace: text('proxies'),
  }
}
