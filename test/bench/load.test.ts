import { describe, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { closedLoop } from './load.ts'

describe('closedLoop', () => {
  it('keeps as many flows in flight as it was told, and counts each', async () => {
    let [now, most, ended] = [0, 0, 0]
    const { flows } = await closedLoop(3, { milliseconds: 60 }, async () => {
      most = Math.max(most, ++now)
      await sleep(5)
      now--
      ended++
    })
    expect({ most, counted: flows === ended, left: now }).toEqual({ most: 3, counted: true, left: 0 })
  })

  it('goes on past its time until enough were done', async () => {
    const { flows } = await closedLoop(2, { milliseconds: 1, atLeast: 9 }, () => sleep(2))
    expect(flows).toBeGreaterThanOrEqual(9)
  })

  it('fails with the flow that failed', async () => {
    await expect(
      closedLoop(2, { milliseconds: 50 }, () => Promise.reject(new Error('wrong answer'))),
    ).rejects.toThrow('wrong')
  })
})
