import { describe, expect, it } from 'vitest'
import { Fleet, type FleetLook } from '../../../../operator/src/controllers/backup/fleet.ts'
import { type WaitingRun } from '../../../../operator/src/controllers/backup/next-runs.ts'

const run = (tenantID: string, minute = 0): WaitingRun => ({
  ...{ tenantID, name: `run-${tenantID}`, reason: 'Manual' },
  since: new Date(Date.UTC(2026, 10, 22, 2, minute)),
})
const look = (change: Partial<FleetLook> = {}): FleetLook => ({
  ...{ waiting: [], running: new Set(), atOnce: 1, lastBegan: new Map() },
  ...change,
})

describe('Fleet', () => {
  it('lets one begin where there is room, and nobody where there is none', () => {
    const fleet = new Fleet()
    expect(fleet.admitted('a', [run('one')], look())?.name).toBe('run-one')
    expect(fleet.admitted('a', [run('one')], look({ running: new Set(['two']) }))).toBeUndefined()
  })

  it('counts who is beginning before anybody can see it, in that class alone', () => {
    const fleet = new Fleet()
    fleet.begins('one', 'a')
    expect(fleet.admitted('a', [run('two')], look())).toBeUndefined()
    expect(fleet.admitted('b', [run('two')], look())?.name).toBe('run-two')
    // It goes on itself.
    expect(fleet.admitted('a', [run('one')], look())?.name).toBe('run-one')
    fleet.settled('one')
    expect(fleet.admitted('a', [run('two')], look())?.name).toBe('run-two')
  })

  it('lets whoever has waited for longer go first', () => {
    const fleet = new Fleet()
    const waiting = [run('one', 0)]
    expect(fleet.admitted('a', [run('two', 1)], look({ waiting }))).toBeUndefined()
    expect(
      fleet.next('a', look({ waiting: [...waiting, run('two', 1)] })).map(({ tenantID }) => tenantID),
    ).toEqual(['one'])
  })
})
