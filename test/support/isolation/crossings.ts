import { databaseNames, masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { type World, type WorldTenant } from '../installation/world.ts'
import { type Attempt } from './attempt.ts'

/** What stands in the way; each is taken away by itself. */
export const controls = [
  'NetworkPolicies',
  'no CONNECT for other roles',
  'no right of the ServiceAccount',
] as const
export type Control = (typeof controls)[number]

export interface Crossing {
  probe: string
  control: Control
  attempt: Attempt
}

/** Everything that the second tenant's pod shall not reach. */
export async function crossings(
  { cluster, database }: World,
  first: WorldTenant,
  second: WorldTenant,
): Promise<Crossing[]> {
  const read = async (...args: string[]) => (await cluster.kubectl(['get', ...args])).split(' ')[0] ?? ''
  const firstOf = 'jsonpath={.items[*].status.podIP}'
  const component = 'app.kubernetes.io/component=runtime'
  const pod = await read('pods', '-n', first.home, '-l', component, '-o', firstOf)
  const dns = await read('pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '-o', firstOf)
  const server = await read('service', 'kubernetes', '-n', 'default', '-o', 'jsonpath={.spec.clusterIP}')
  // What somebody might force: pods of a tenant are given no token at all.
  const token = (await cluster.kubectl(['create', 'token', 'runtime', '-n', second.home])).trim()

  const service = `runtime.${first.home}.svc`
  const tcp = (host: string, port: number): Attempt => ({ kind: 'tcp', host, port })
  const sql = (name: string): Attempt => ({
    kind: 'sql',
    host: database.host,
    port: database.port,
    database: name,
  })
  const secret = (namespace: string, name: string): Attempt => ({
    ...{ kind: 'kubernetes', host: server, port: 443, token },
    path: `/api/v1/namespaces/${namespace}/secrets/${name}`,
  })
  const behind = (control: Control, probes: Record<string, Attempt>): Crossing[] =>
    Object.entries(probes).map(([probe, attempt]) => ({ probe, control, attempt }))
  return [
    ...behind('NetworkPolicies', {
      "the first's pod, port 8080": { kind: 'http', url: `http://${pod}:8080/.well-known/jwks.json` },
      "the first's pod, port 9464": { kind: 'http', url: `http://${pod}:9464/metrics` },
      "the first's Service, port 80": { kind: 'http', url: `http://${service}/.well-known/jwks.json` },
      "the first's Service, port 9464": { kind: 'http', url: `http://${service}:9464/metrics` },
      'the API server': tcp(server, 443),
      'another port of the DNS server': tcp(dns, 8181),
    }),
    ...behind('no CONNECT for other roles', {
      "the first's database": sql(databaseNames(first.tenantID).database),
    }),
    ...behind('no right of the ServiceAccount', {
      "the first's Secret signing-keys": secret(first.home, 'signing-keys'),
      "the first's Secret database-app": secret(first.home, 'database-app'),
      "the operator's master copy of the first's keys": secret(
        operatorNamespace,
        masterSecret.signingKeys(first.tenantID),
      ),
    }),
  ]
}
