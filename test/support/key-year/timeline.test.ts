import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'
import { Timeline } from './timeline.ts'

describe('Timeline', () => {
  it('lets events happen in the order of their time, and of their asking where that is the same', async () => {
    const timeline = new Timeline(0)
    const happened: string[] = []
    for (const [ms, name] of [
      [30, 'c'],
      [10, 'a'],
      [20, 'b1'],
      [20, 'b2'],
    ] as const)
      timeline.after(ms, () => void happened.push(`${timeline.now} ${name}`))
    await timeline.pass(25)
    expect(happened).toEqual(['10 a', '20 b1', '20 b2'])
    expect(timeline.now).toBe(25)
    expect(timeline.nextAt).toBe(30)
  })

  it('keeps a thousand events in order', async () => {
    const timeline = new Timeline(0)
    const random = new Random('events')
    const happened: number[] = []
    for (let left = 1000; left > 0; left -= 1)
      timeline.after(random.below(500), () => void happened.push(timeline.now))
    await timeline.pass(500)
    expect(happened).toHaveLength(1000)
    expect(happened).toEqual([...happened].sort((a, b) => a - b))
  })

  it('lets what an event causes happen within the same wait', async () => {
    const timeline = new Timeline(0)
    const happened: number[] = []
    timeline.after(5, () => timeline.after(5, () => void happened.push(timeline.now)))
    await timeline.pass(10)
    expect(happened).toEqual([10])
  })

  it('adds up the waits of those who ask at once', async () => {
    const timeline = new Timeline(0)
    await Promise.all([timeline.pass(10), timeline.pass(5), timeline.pass(1)])
    expect(timeline.now).toBe(16)
  })
})
