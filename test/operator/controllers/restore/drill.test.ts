/** Drills, as the reconciler runs them. */
import { describe, expect, it } from 'vitest'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'
import {
  dayMs,
  failsAt,
  type Fate,
  messageOf,
  minuteMs,
  readyOf,
  restoreWorld,
  settle,
  succeeds,
} from './restore-world.ts'

const everyMonth = { drillEveryDays: 30 }
const drillOf = (one: ReturnType<typeof restoreWorld>) => one.restores().at(-1) ?? ''

describe('a drill', () => {
  it('comes by itself soon after the first backup, proves it, and leaves nothing', async () => {
    const one = restoreWorld(everyMonth)
    one.pass(dayMs)
    await settle(one)
    expect(one.restores()).toHaveLength(1)
    const drill = drillOf(one)
    expect(drill).toMatch(new RegExp(`^${tenantID}-drill-20260102\\d{4}$`))
    expect(readyOf(one.status(drill))).toBe('True/Completed')
    expect(one.aside.databases).toEqual([])
    expect(one.aside.own).toMatchObject({ holds: 'what people did today', mayConnect: { length: 4 } })
    expect(one.aside.own?.marker?.fence).toBeUndefined()
    const { note } = await one.look()
    expect(note).toMatchObject({ proven: { sequence: 2 }, failed: undefined })
    expect(note?.nextAt!.getTime()).toBeGreaterThan(one.ports.now().getTime())
  })

  it('never fences, empties an outbox or swaps, and opens the database aside for its own runtime only', async () => {
    const one = restoreWorld()
    one.ask('try', { mode: 'Drill' })
    const doors: string[] = []
    for (let looks = 0; looks < 12; looks += 1) {
      const { steps } = await one.look()
      expect(steps).not.toContain('fence')
      expect(steps).not.toContain('swap')
      const [aside] = one.aside.databases
      if (aside) doors.push(aside.mayConnect.join('+'))
      one.endJobs(succeeds)
    }
    expect([...new Set(doors)]).toEqual(['owner', 'owner+app'])
    expect(one.isDrained()).toBe(false)
    expect(readyOf(one.status('try'))).toBe('True/Completed')
  })

  it('measures the recovery from its begin to the sign-in', async () => {
    const one = restoreWorld()
    one.ask('try', { mode: 'Drill' })
    await one.look()
    one.pass(4 * minuteMs)
    one.endJobs(succeeds)
    await one.look()
    one.pass(minuteMs)
    one.endJobs(succeeds)
    await one.look()
    expect(one.status('try').recoverySeconds).toBe(300)
    expect(one.ledger()?.drill?.proven).toMatchObject({ recoverySeconds: 300 })
  })

  it.each(['load', 'drill'])(
    'is red when the %s fails, comes again soon, and is green once one succeeds',
    async (work) => {
      const one = restoreWorld(everyMonth)
      one.pass(dayMs)
      await settle(one, failsAt(work))
      expect(readyOf(one.status(drillOf(one)))).toBe('False/Failed')
      expect(messageOf(one.status(drillOf(one)))).toBe('The bundle is damaged.')
      expect(one.aside.databases).toEqual([])
      const { note } = await one.look()
      expect(note).toMatchObject({ failed: { sequence: 2, message: 'The bundle is damaged.' } })
      one.pass(59 * minuteMs)
      await settle(one)
      expect(one.restores()).toHaveLength(1)
      one.pass(2 * minuteMs)
      await settle(one)
      expect(one.restores()).toHaveLength(2)
      expect((await one.look()).note).toMatchObject({ failed: undefined, proven: { sequence: 2 } })
    },
  )

  it('gives way to a restore for which somebody waits, and has proven nothing, neither way', async () => {
    const one = restoreWorld()
    one.ask('try', { mode: 'Drill' })
    await one.look()
    one.ask('back')
    await settle(one)
    expect(readyOf(one.status('try'))).toBe('False/Failed')
    expect(messageOf(one.status('try'))).toContain('It gave way to KiaviRestore back')
    expect(readyOf(one.status('back'))).toBe('True/Completed')
    const { note } = await one.look()
    expect([note?.failed, note?.proven]).toEqual([undefined, undefined])
  })

  it('runs two of a class at a time, and wakes who waits', async () => {
    const one = restoreWorld()
    const others = ['b', 'c'].map((letter) => ({ namespace: 'customers', name: letter }))
    for (const [at, tenant] of others.entries()) {
      const id = `${tenant.name}aaaaaaaa${at}`
      one.addTenant(tenant, id)
      one.addBackups(id)
      one.ask(`of-${tenant.name}`, { mode: 'Drill', sourceTenantID: id }, tenant)
    }
    one.ask('of-acme', { mode: 'Drill' })
    await one.look()
    await one.look(others[0])
    const { againMs } = await one.look(others[1])
    expect(readyOf(one.status('of-c'))).toBe('False/AwaitingRoom')
    expect(againMs).toBe(5 * minuteMs)
    let next: object[] = []
    for (let looks = 0; looks < 8 && next.length === 0; looks += 1) {
      one.endJobs(succeeds)
      next = (await one.look()).next
    }
    expect(next).toMatchObject([others[1]])
    await one.look(others[1])
    expect(readyOf(one.status('of-c'))).toBe('False/Running')
  })

  it('is made once for a slot, and the KiaviRestores of three are kept', async () => {
    const one = restoreWorld({ drillEveryDays: 1 })
    one.pass(dayMs)
    for (let day = 0; day < 6; day += 1) {
      await settle(one)
      one.restart()
      await settle(one)
      one.pass(dayMs)
    }
    expect(one.restores()).toHaveLength(3)
    expect(new Set(one.jobs().map(({ metadata }) => metadata.name.split('-')[2])).size).toBe(6)
  })

  it('is not taken away when somebody made it', async () => {
    const one = restoreWorld({ drillEveryDays: 1 })
    one.ask('mine', { mode: 'Drill' })
    for (let day = 0; day < 6; day += 1) {
      await settle(one)
      one.pass(dayMs)
    }
    expect(one.restores()).toContain('mine')
  })

  it('is not made where nobody wants one, or nothing was backed up', async () => {
    const off = restoreWorld({ drillEveryDays: 0 })
    const none = restoreWorld(everyMonth)
    none.cluster.objects.delete(
      keyOf('Secret', { namespace: operator.namespace, name: masterSecret.backups(tenantID) }),
    )
    for (const one of [off, none]) {
      one.pass(90 * dayMs)
      await settle(one)
      expect(one.restores()).toEqual([])
    }
  })

  const fates: [string, Fate, string][] = [
    ['succeeds', succeeds, 'True/Completed'],
    ['fails', failsAt('drill'), 'False/Failed'],
  ]
  it.each(fates)(
    'comes to the same end wherever it crashes, when it %s',
    async (_name, fate, end) => {
      const play = async (crashAt: number) => {
        const one = restoreWorld({ ...everyMonth, crashAt })
        one.pass(dayMs)
        await settle(one, fate)
        return one
      }
      const whole = await play(Infinity)
      expect(readyOf(whole.status(drillOf(whole)))).toBe(end)
      expect(whole.moments()).toBeGreaterThan(20)
      for (let moment = 1; moment <= whole.moments(); moment += 1) {
        const one = await play(moment)
        const { failures, proven } = one.ledger()?.drill ?? {}
        expect([moment, one.restores(), readyOf(one.status(drillOf(one)))]).toEqual([
          ...[moment, whole.restores(), end],
        ])
        expect([one.aside.databases, one.ledger()?.number, failures, proven?.sequence]).toEqual([
          ...[[], 1, whole.ledger()?.drill?.failures, whole.ledger()?.drill?.proven?.sequence],
        ])
        expect(one.aside.own).toMatchObject({ holds: 'what people did today', mayConnect: { length: 4 } })
      }
    },
    60_000,
  )

  it('tells how far it is, at most every ten seconds', async () => {
    const one = restoreWorld()
    one.ask('try', { mode: 'Drill' })
    await one.look()
    const before = one.moments()
    one.pass(5_000)
    await one.look()
    expect(one.moments()).toBe(before)
    one.pass(5_000)
    await one.look()
    expect(one.status('try')).toMatchObject({ step: 'Filling', bytes: 512 })
  })
})
