import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEventRecorder, type Happening } from '../../../operator/src/kube/events.ts'
import { type Transport } from '../../../operator/src/kube/transport.ts'
import { json, ScriptedAPIServer, status } from '../../support/scripted-api-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { openTransport } from './open.ts'

const happening: Happening = {
  regarding: {
    apiVersion: 'kiavi.eu/v1alpha1',
    kind: 'KiaviTenant',
    metadata: { namespace: 'n', name: 'acme', uid: 'u1', resourceVersion: '5' },
  },
  type: 'Warning',
  reason: 'DatabaseUnreachable',
  action: 'Provision',
  note: 'The database does not answer.',
}
const made = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { namespace: 'n', name: 'acme.0101010101010101' },
}

describe('createEventRecorder', () => {
  let server: ScriptedAPIServer
  let transport: Transport
  let clock: ManualClock
  let failures: unknown[]
  const recorder = () =>
    createEventRecorder({
      transport,
      clock,
      random: (bytes) => new Uint8Array(bytes).fill(1),
      instance: 'kiavi-operator-0',
      signal: new AbortController().signal,
      failed: (error) => failures.push(error),
    })
  beforeEach(async () => {
    server = (await ScriptedAPIServer.start()).always(json(made))
    transport = openTransport(server)
    clock = new ManualClock()
    failures = []
  })
  afterEach(async () => {
    await transport.close()
    await server.stop()
  })

  it('writes an event as events.k8s.io/v1 wants it', async () => {
    const events = recorder()
    events.record(happening)
    await events.idle()
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/apis/events.k8s.io/v1/namespaces/n/events',
    })
    expect(JSON.parse(server.seen[0]!.body)).toMatchObject({
      metadata: made.metadata,
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'kiavi.eu/kiavi-operator',
      reportingInstance: 'kiavi-operator-0',
      type: 'Warning',
      reason: 'DatabaseUnreachable',
      action: 'Provision',
      note: 'The database does not answer.',
      regarding: { kind: 'KiaviTenant', namespace: 'n', name: 'acme', uid: 'u1' },
    })
  })

  it('counts repeats in the series of the first event instead of writing new ones', async () => {
    const events = recorder()
    for (let time = 0; time < 50; time++) {
      events.record(happening)
      await events.idle()
    }
    await clock.pass(60_000)
    await events.idle()
    expect(server.requests('POST')).toHaveLength(1)
    const patches = server
      .requests('PATCH')
      .map(({ body }) => (JSON.parse(body) as { series: { count: number } }).series.count)
    expect(patches).toEqual([2, 50])
  })

  it('writes a new event for another reason, and for the same one after a quiet time', async () => {
    const events = recorder()
    events.record(happening)
    events.record({ ...happening, reason: 'OrphanFound' })
    await events.idle()
    await clock.pass(600_000)
    events.record(happening)
    await events.idle()
    expect(server.requests('POST')).toHaveLength(3)
  })

  it('never throws into the caller, and is bounded', async () => {
    server.always(status(403, 'Forbidden'))
    const events = recorder()
    for (let time = 0; time < 150; time++) events.record({ ...happening, note: `note ${time}` })
    await events.idle()
    expect(server.requests('POST')).toHaveLength(100)
    expect(failures).toHaveLength(150)
  })

  it('cuts a note that the server would refuse', async () => {
    const events = recorder()
    events.record({ ...happening, note: 'x'.repeat(5_000) })
    await events.idle()
    expect((JSON.parse(server.seen[0]!.body) as { note: string }).note).toHaveLength(1_024)
  })
})
