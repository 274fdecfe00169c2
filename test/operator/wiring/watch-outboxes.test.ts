import { describe, expect, it } from 'vitest'
import { encode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { DatabaseUnreachable } from '../../../operator/src/providers/database/errors.ts'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { watchOutboxes } from '../../../operator/src/wiring/watch-outboxes.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { SimulatedCluster } from '../controllers/tenant/simulated-cluster.ts'
import { operator, tenantClass } from '../controllers/tenant/world.ts'

const classOf = (name: string, host: string): KubeObject => {
  const { database } = tenantClass()
  const spec = tenantClass({ database: { ...database, host } })
  return { apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviTenantClass', metadata: { name }, spec }
}

/** Servers, each with what its statistics say at every look. */
function watched(servers: Record<string, (Record<string, string> | Error)[]>, classes: KubeObject[]) {
  const cluster = new SimulatedCluster(() => {})
  cluster.put({
    ...{ apiVersion: 'v1', kind: 'Secret', data: encode({ username: 'kiavi', password: 'secret' }) },
    metadata: { name: 'database-admin', namespace: operator.namespace },
  })
  const clock = new ManualClock()
  const stop = new AbortController()
  const told: string[][] = []
  let reads = 0
  const { get } = cluster
  cluster.get = (kind, name) => {
    reads += 1
    return get(kind, name)
  }
  const done = watchOutboxes({
    ...{ cluster, classes: () => classes, operatorNamespace: operator.namespace, everyMs: 2_000 },
    ...{ clock, signal: stop.signal, log: createLog({ level: 'error' }) },
    outbox: {
      writes: ({ host }) => {
        const next = servers[host]?.shift() ?? {}
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(new Map(Object.entries(next)))
      },
    },
    written: (tenantIDs) => {
      if (tenantIDs.size > 0) told.push([...tenantIDs])
    },
  })
  const turn = async () => {
    for (let count = 0; count < 20; count += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    told,
    reads: () => reads,
    look: async () => {
      await clock.pass(2_000)
      await turn()
    },
    turn,
    stop: async () => {
      stop.abort(new Error('test over'))
      await done
    },
  }
}

describe('watchOutboxes', () => {
  it('tells of databases that were written to since the last look, and of all of them at first', async () => {
    const looks = [{ a: '1', b: '1' }, { a: '1', b: '1' }, { a: '2', b: '1' }, { a: '2' }, { a: '2', b: '0' }]
    const one = watched({ here: looks }, [classOf('default', 'here')])
    await one.turn()
    for (let count = 0; count < 4; count += 1) await one.look()
    await one.stop()
    // The last one: its server began to count anew.
    expect(one.told).toEqual([['a', 'b'], ['a'], ['b']])
  })

  it('asks a server once, however many classes name it, and believes its credential for a while', async () => {
    const looks = [{ a: '1' }, { a: '2' }, { a: '3' }]
    const one = watched({ here: looks }, [classOf('one', 'here'), classOf('two', 'here')])
    await one.turn()
    const reads = one.reads()
    await one.look()
    await one.stop()
    expect(looks).toHaveLength(1)
    expect(one.reads()).toBe(reads)
  })

  it('hears of a class that was made a moment ago at its next look', async () => {
    const classes: KubeObject[] = []
    const one = watched({ here: [{ a: '1' }] }, classes)
    await one.turn()
    classes.push(classOf('default', 'here'))
    await one.look()
    await one.stop()
    expect(one.told).toEqual([['a']])
  })

  it('goes on with other servers while one is away, and reads its credential anew', async () => {
    const away = new DatabaseUnreachable('away does not answer.')
    const servers = { away: [away, { b: '1' }], here: [{ a: '1' }, { a: '2' }] }
    const one = watched(servers, [classOf('one', 'away'), classOf('two', 'here')])
    await one.turn()
    const reads = one.reads()
    await one.look()
    await one.stop()
    expect(one.told).toEqual([['a'], ['b'], ['a']])
    expect(one.reads()).toBeGreaterThan(reads)
  })
})
