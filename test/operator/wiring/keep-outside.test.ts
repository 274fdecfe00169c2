import { describe, expect, it } from 'vitest'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'
import { keepOutside } from '../../../operator/src/wiring/keep-outside.ts'
import { encode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { SimulatedCluster } from '../controllers/tenant/simulated-cluster.ts'
import { operator, tenantClass, tenantID } from '../controllers/tenant/world.ts'

const acme = { namespace: 'customers', name: 'acme' }
const minuteMs = 60_000

/** One tenant with an outbox; `steps` are what was looked at, in order. */
function world() {
  const cluster = new SimulatedCluster(() => {})
  cluster.put({
    ...{ apiVersion: 'v1', kind: 'Secret', data: encode({ username: 'kiavi', password: 'secret' }) },
    metadata: { name: 'database-admin', namespace: operator.namespace },
  })
  const clock = new ManualClock()
  const stop = new AbortController()
  const steps: string[] = []
  const told: string[] = []
  let written = 0
  let rows = 0
  const outside = keepOutside({
    ...{ cluster, clock, random: () => 0.1, signal: stop.signal, operatorNamespace: operator.namespace },
    ...{ log: createLog({ level: 'error' }), metrics: createMetrics({ processMetrics: false }) },
    classes: () => [
      {
        ...{ apiVersion: 'v1', kind: 'KiaviTenantClass' },
        metadata: { name: 'default' },
        spec: tenantClass(),
      },
    ],
    tenants: () => [{ ...acme, tenantID }],
    outbox: { writes: () => Promise.resolve(new Map([[tenantID, String(written)]])) },
    noted: ({ name }) => told.push(name),
    journal: ({ name }) => {
      const taken = rows
      rows = 0
      steps.push(`journal of ${name}: ${taken}`)
      return Promise.resolve({ gone: false, taken, more: false, error: undefined })
    },
    recovery: (name) => {
      steps.push(`set of ${name?.name ?? 'installation'}`)
      return Promise.resolve({ gone: false, wrote: [], at: undefined, error: undefined })
    },
  })
  return {
    ...{ outside, steps, told },
    pass: (ms: number) => clock.pass(ms),
    erase: () => {
      written += 1
      rows += 1
    },
    stop: () => {
      stop.abort(new Error('test over'))
      return outside.drained
    },
  }
}

describe('keepOutside', () => {
  it('looks at everything after a start, and at rest at nothing', async () => {
    const one = world()
    await one.pass(10 * minuteMs)
    expect(one.steps.toSorted()).toEqual(['journal of acme: 0', 'set of acme', 'set of installation'])
    await one.stop()
  })

  it('takes over what was written in seconds, and then looks at the set', async () => {
    const one = world()
    await one.pass(10 * minuteMs)
    one.steps.length = 0
    one.erase()
    await one.pass(2_000)
    expect([one.steps, one.told]).toEqual([['journal of acme: 1'], ['acme']])
    await one.pass(10_000)
    expect(one.steps).toEqual(['journal of acme: 1', 'set of acme'])
    await one.stop()
  })

  it('looks at the sets of tenant and installation once a backup was completed', async () => {
    const one = world()
    await one.pass(10 * minuteMs)
    one.steps.length = 0
    one.outside.changed(acme)
    await one.pass(10_000)
    expect(one.steps.toSorted()).toEqual(['set of acme', 'set of installation'])
    await one.stop()
  })
})
