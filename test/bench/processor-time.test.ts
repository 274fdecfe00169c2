import { describe, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { familyTime, mainThreadTime, parseStat, processorTime } from './processor-time.ts'

describe('parseStat', () => {
  it('counts fields behind a name with spaces and brackets', () => {
    const stat = '7 (a (b) c) S 3 7 7 0 -1 4194560 1 2 3 4 100 20 30 4 20 0 11 0 5 6'
    expect(parseStat(stat)).toEqual({ parent: 3, own: 120, children: 34 })
  })
})

describe.runIf(process.platform === 'linux')('processorTime', () => {
  it('grows by about what was spent', () => {
    const before = { here: processorTime(process.pid), sure: process.cpuUsage() }
    for (const end = performance.now() + 150; performance.now() < end;);
    const { user, system } = process.cpuUsage(before.sure)
    // Ticks are 10 ms, and other threads of this process spend too.
    expect(Math.abs(processorTime(process.pid) - before.here - (user + system) / 1000)).toBeLessThan(60)
  })

  it('says so when there is no such process', () => {
    expect(() => processorTime(2 ** 30)).toThrow('is gone')
  })
})

describe.runIf(process.platform === 'linux')('mainThreadTime', () => {
  it('leaves out what a worker spends', async () => {
    const code = 'for (const end = process.cpuUsage().user + 300_000; process.cpuUsage().user < end;);'
    const before = { main: mainThreadTime(process.pid), all: processorTime(process.pid) }
    await once(new Worker(code, { eval: true }), 'exit')
    const main = mainThreadTime(process.pid) - before.main
    expect(processorTime(process.pid) - before.all).toBeGreaterThan(main + 150)
  })

  it('counts what its own thread spends', () => {
    const before = mainThreadTime(process.pid)
    for (const end = process.cpuUsage().user + 200_000; process.cpuUsage().user < end;);
    expect(mainThreadTime(process.pid) - before).toBeGreaterThan(50)
  })

  it('says so when there is no such process', () => {
    expect(() => mainThreadTime(2 ** 30)).toThrow('is gone')
  })
})

describe.runIf(process.platform === 'linux')('familyTime', () => {
  it('holds what an ended child has spent', () => {
    const before = familyTime(process.pid)
    spawnSync('/bin/sh', ['-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'])
    expect(familyTime(process.pid) - before).toBeGreaterThan(10)
  })
})
