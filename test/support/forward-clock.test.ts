import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forwardClock } from './forward-clock.ts'

const told = `process.stdin.on('data', () => console.log(JSON.stringify({
  now: Date.now(), date: new Date().getTime(), monotonic: performance.now(), given: new Date(5).getTime(), year: new Date('2026-01-01').toISOString(),
})))`

interface Told {
  now: number
  date: number
  monotonic: number
  given: number
  year: string
}

describe('forwardClock', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiavi-clock-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('sets every clock of a running program forward, and nothing else of time', async () => {
    const clock = forwardClock(folder)
    const child = spawn(process.execPath, [...clock.nodeArgs, '-e', told])
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const ask = async () => {
      child.stdin.write('now\n')
      return JSON.parse((await lines.next()).value as string) as Told
    }
    try {
      const before = await ask()
      const began = Date.now()
      clock.forward(3600)
      const after = await ask()
      const real = Date.now() - began
      for (const which of ['now', 'date', 'monotonic'] as const) {
        expect(after[which] - before[which]).toBeGreaterThanOrEqual(3_600_000)
        expect(after[which] - before[which]).toBeLessThan(3_600_000 + real + 1_000)
      }
      expect(after).toMatchObject({ given: 5, year: '2026-01-01T00:00:00.000Z' })
    } finally {
      child.kill('SIGKILL')
    }
  })
})
