import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KubeUnavailable } from '../../../operator/src/kube/errors.ts'
import { lead, type Leadership, NotLeading } from '../../../operator/src/kube/lease.ts'
import { leaseServer } from '../../support/lease-server.ts'
import { ManualClock, settle } from '../../support/manual-clock.ts'

/** One process that runs for the Lease; its work lasts until its signal, or longer when held. */
function candidate(server: ReturnType<typeof leaseServer>, clock: ManualClock, identity: string) {
  const stop = new AbortController()
  const terms: Leadership[] = []
  const failures: unknown[] = []
  const held: { release?: () => void } = {}
  let working = 0
  const options = {
    transport: server.transport,
    namespace: 'kiavi-system',
    name: 'kiavi-operator',
    identity,
    clock,
    random: () => 0.5,
    signal: stop.signal,
    failed: (error: unknown) => failures.push(error),
  }
  const ended = lead(options, async (leadership) => {
    terms.push(leadership)
    working++
    await new Promise((resolve) => leadership.signal.addEventListener('abort', resolve))
    if ('hold' in held) await new Promise<void>((resolve) => (held.release = resolve))
    working--
  })
  const leads = () => {
    try {
      terms.at(-1)!.fence()
      return true
    } catch {
      return false
    }
  }
  return { stop, terms, failures, ended, held, leads, working: () => working }
}

describe('lead', () => {
  let server: ReturnType<typeof leaseServer>
  let clock: ManualClock
  let everyone: ReturnType<typeof candidate>[]
  const join = (identity: string) => {
    const one = candidate(server, clock, identity)
    everyone.push(one)
    return one
  }
  beforeEach(() => {
    clock = new ManualClock()
    server = leaseServer(clock)
    everyone = []
  })
  afterEach(async () => {
    server.hang = false
    server.trouble = undefined
    for (const { stop } of everyone) stop.abort(new Error('test over'))
    await clock.pass(60_000)
    await Promise.all(everyone.map(({ ended }) => ended))
  })

  it('takes a free Lease at once and renews it every 2 seconds, in MicroTime (row 10)', async () => {
    const a = join('a')
    await settle()
    expect(a.leads()).toBe(true)
    await clock.pass(6_500)
    expect(server.writes).toHaveLength(4)
    expect(server.writes[0]).toMatchObject({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
    })
    for (const { renewTime } of server.writes)
      expect(renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    expect(a.terms).toHaveLength(1)
  })

  it('leaves a Lease alone that is renewed, however old its timestamps look', async () => {
    const a = join('a')
    await settle()
    server.lease!.spec.renewTime = '2001-01-01T00:00:00.000000Z'
    const b = join('b')
    await clock.pass(60_000)
    expect(a.leads()).toBe(true)
    expect(b.terms).toHaveLength(0)
  })

  it('takes over 15 seconds after it last saw a change, and counts the epoch', async () => {
    const a = join('a')
    const b = join('b')
    await clock.pass(4_000)
    server.trouble = { error: new KubeUnavailable('a is cut off') }
    await clock.pass(20_000)
    expect(a.leads()).toBe(false)
    server.trouble = undefined
    server.lease!.spec.holderIdentity = 'dead'
    server.lease!.metadata.resourceVersion = '1000'
    const [before] = [clock.monotonic()]
    while (!b.terms.length && !a.terms[1] && clock.monotonic() < before + 60_000) await clock.pass(500)
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(15_000)
    expect(clock.monotonic() - before).toBeLessThanOrEqual(19_500)
    expect([...b.terms, ...a.terms.slice(1)][0]!.epoch).toBe(1)
  })

  it('stops leading 10 seconds after the last renewal that succeeded, whatever the errors are', async () => {
    const a = join('a')
    await clock.pass(1_000)
    server.trouble = { error: new KubeUnavailable('down') }
    await clock.pass(8_900)
    expect(a.leads()).toBe(true)
    await clock.pass(100)
    expect(a.leads()).toBe(false)
    expect(a.terms[0]!.signal.reason).toBeInstanceOf(NotLeading)
    expect(a.failures.length).toBeGreaterThan(0)
  })

  it('stops leading in time although the renewal hangs', async () => {
    const a = join('a')
    await clock.pass(1_000)
    server.hang = true
    await clock.pass(9_000)
    expect(a.leads()).toBe(false)
    expect(a.working()).toBe(0)
  })

  it('stops leading at once when somebody else took the Lease or deleted it', async () => {
    const a = join('a')
    await settle()
    server.lease!.spec.holderIdentity = 'thief'
    server.lease!.metadata.resourceVersion = '1000'
    await clock.pass(2_000)
    expect(a.leads()).toBe(false)

    server.lease = undefined
    await clock.pass(2_500)
    expect(a.leads()).toBe(true)
    server.lease = undefined
    await clock.pass(2_000)
    expect(a.terms[1]!.signal.aborted).toBe(true)
  })

  it('keeps leading when its own renewal was written but the answer was lost', async () => {
    const a = join('a')
    await settle()
    server.trouble = { error: new KubeUnavailable('answer lost'), afterwards: true }
    await clock.pass(2_000)
    server.trouble = undefined
    await clock.pass(30_000)
    expect(a.terms).toHaveLength(1)
    expect(a.leads()).toBe(true)
  })

  it('does not believe it leads after its machine slept: the wall clock tells', async () => {
    const a = join('a')
    await settle()
    clock.setWall(clock.now() + 60_000)
    expect(a.leads()).toBe(false)
  })

  it('gives the Lease back when it is stopped, so that the next one need not wait', async () => {
    const a = join('a')
    const b = join('b')
    await clock.pass(3_000)
    a.stop.abort(new Error('SIGTERM'))
    await a.ended
    expect(server.lease!.spec.holderIdentity).toBe('')
    await clock.pass(2_500)
    expect(b.leads()).toBe(true)
    expect(b.terms[0]!.epoch).toBe(1)
  })

  it('does not give the Lease back while its work goes on', async () => {
    const a = join('a')
    Object.assign(a.held, { hold: true })
    await settle()
    a.stop.abort(new Error('SIGTERM'))
    await clock.pass(5_000)
    expect(server.lease!.spec.holderIdentity).toBe('a')
    a.held.release!()
    await a.ended
    expect(server.lease!.spec.holderIdentity).toBe('')
  })

  it('lets two never work at the same time, whatever happens to the server', async () => {
    const a = join('a')
    const b = join('b')
    const troubles = [
      undefined,
      { error: new KubeUnavailable('down') },
      { error: new KubeUnavailable('lost'), afterwards: true },
    ]
    for (let second = 0; second < 600; second++) {
      if (second % 7 === 0) server.trouble = troubles[(second / 7) % 3]
      server.hang = second % 45 > 30
      await clock.pass(1_000)
      expect(Number(a.leads()) + Number(b.leads())).toBeLessThanOrEqual(1)
    }
    expect(a.terms.length + b.terms.length).toBeGreaterThan(3)
  })
})
