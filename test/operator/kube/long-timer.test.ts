import { describe, expect, it } from 'vitest'
import { longTimer } from '../../../operator/src/kube/long-timer.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const day = 86_400_000

function start(ms: number) {
  const clock = new ManualClock()
  const fired: number[] = []
  const cancel = longTimer(clock, ms, () => fired.push(clock.monotonic()))
  return { clock, fired, cancel }
}

describe('longTimer', () => {
  it('waits for 30 days without asking for a timer that Node would fire at once', async () => {
    const { clock, fired } = start(30 * day)
    await clock.pass(30 * day - 1)
    expect(fired).toEqual([])
    await clock.pass(1)
    expect(fired).toEqual([30 * day])
    expect(clock.longestWait).toBe(3_600_000)
  })

  it('fires within the hour when the wall clock went on while the machine slept', async () => {
    const { clock, fired } = start(30 * day)
    clock.setWall(clock.now() + 31 * day)
    await clock.pass(3_600_000)
    expect(fired).toHaveLength(1)
  })

  it('fires in time when the wall clock was set back', async () => {
    const { clock, fired } = start(10_000)
    clock.setWall(0)
    await clock.pass(10_000)
    expect(fired).toHaveLength(1)
  })

  it('fires once, and never after it was cancelled', async () => {
    const { clock, fired, cancel } = start(2 * day)
    await clock.pass(day)
    cancel()
    await clock.pass(10 * day)
    expect(fired).toEqual([])
    expect(clock.timers).toBe(0)
  })
})
