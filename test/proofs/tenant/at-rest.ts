import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { auditMark, auditRequests, isLease, isWrite } from '../../support/audit-log.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { quiet, readyTenants } from '../../support/ready-tenants.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

const operatorUser = `system:serviceaccount:${operatorNamespace}:kiavi-operator`

/** From now on the server writes down every statement that changes anything, whoever says it. */
async function logStatements({ postgres }: OperatorWorld): Promise<() => string[]> {
  const client = await postgres.connect(postgres.superuser)
  await client.query(`ALTER SYSTEM SET log_statement = 'mod'`)
  await client.query('SELECT pg_reload_conf()')
  await client.end()
  const from = statSync(postgres.logFile).size
  return () =>
    readFileSync(postgres.logFile)
      .subarray(from)
      .toString('utf8')
      .split('\n')
      .filter((line) => /LOG: {2}(statement|execute [^:]*):/.test(line))
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      tenants: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '300' },
    },
  })
  const [count, seconds] = [Number(values.tenants), Number(values.seconds)]
  const world = await startOperatorWorld({ progress: say, env: { KIAVI_LEADER_ELECTION: 'true' } })
  try {
    const { controlPlane, injector, operator } = world
    await operator.start()
    const lab = new TenantLab(world)
    await readyTenants(lab, count)
    await quiet(world, 10_000)
    say(`${count} tenants are Ready and nothing was written for 10 s; watching ${seconds} s`)
    const statements = await logStatements(world)
    const mark = auditMark(controlPlane.auditLog)
    injector.ledger.restart()
    await sleep(seconds * 1000)

    const all = await auditRequests(controlPlane.auditLog, mark)
    const operators = all.filter(({ user }) => user === operatorUser)
    const runtimes = all.filter(({ user }) => /^system:serviceaccount:kiavi-[a-z0-9]{10}:/.test(user))
    const leases = operators.filter((request) => isWrite(request) && isLease(request))
    const writes = operators.filter((request) => isWrite(request) && !isLease(request))
    const reads = operators.filter(
      (request) => !isWrite(request) && !isLease(request) && request.verb !== 'watch',
    )
    const sql = injector.ledger.effects().filter(({ backend }) => backend === 'sql')
    const said = statements()
    const byAdministrator = said.filter((line) => line.includes('kiavi_admin@'))
    const list = (requests: typeof all) =>
      requests
        .map(({ verb, resource, namespace, name }) => `${verb} ${resource} ${namespace}/${name}`)
        .join('; ')
    claimHolds(
      leases.length > 0,
      'The audit log shows no Lease being kept: it cannot show other writes either.',
    )
    claimHolds(writes.length === 0, `The operator wrote at rest: ${list(writes)}`)
    claimHolds(runtimes.length === 0, `A runtime spoke to the API server: ${list(runtimes)}`)
    claimHolds(
      sql.length === 0 && byAdministrator.length === 0,
      `The operator changed databases at rest: ${[...sql.map(({ verb, object }) => `${verb} ${object}`), ...byAdministrator].join('; ')}`,
    )
    const perTenantMinute = (n: number) => Number((n / count / (seconds / 60)).toFixed(2))
    return {
      tenants: count,
      seconds,
      'writes by the operator, but Leases': writes.length,
      'writes to its Lease': leases.length,
      "requests with a runtime's identity": runtimes.length,
      'statements of the operator that change anything': sql.length + byAdministrator.length,
      'statements of runtimes that change anything': said.length - byAdministrator.length,
      'watches of the operator that ended and were opened again': operators.filter(
        ({ verb }) => verb === 'watch',
      ).length,
      'reads by the operator': reads.length,
      'reads by the operator per tenant and minute': perTenantMinute(reads.length),
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'At rest nothing is written: 20 tenants, five minutes, and but for its Lease the operator writes neither to Kubernetes nor to PostgreSQL; the runtimes do not speak to the API server at all.',
  needs: 'control-plane',
  minutes: 8,
  run,
}
