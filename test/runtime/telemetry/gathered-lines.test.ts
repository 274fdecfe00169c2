import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gatheredLines, gatherFor } from '../../../runtime/src/telemetry/gathered-lines.ts'

let written: string[]
let flushed: number
const lines = () => gatheredLines({ write: (text) => written.push(text), flushSync: () => flushed++ })

beforeEach(() => {
  vi.useFakeTimers()
  written = []
  flushed = 0
})
afterEach(() => vi.useRealTimers())

describe('gatheredLines', () => {
  it('writes what came within the time once, in its order', () => {
    const log = lines()
    log.write('a\n')
    vi.advanceTimersByTime(gatherFor - 1)
    log.write('b\n')
    expect(written).toEqual([])
    vi.advanceTimersByTime(1)
    expect(written).toEqual(['a\nb\n'])
  })

  it('lets no line wait longer because others follow', () => {
    const log = lines()
    for (let ms = 0; ms < gatherFor * 3; ms++) {
      log.write('x')
      vi.advanceTimersByTime(1)
    }
    expect(written.map((text) => text.length)).toEqual([gatherFor, gatherFor, gatherFor])
  })

  it('leaves no timer behind', () => {
    const log = lines()
    log.write('a\n')
    vi.advanceTimersByTime(gatherFor)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes the rest at once when the process ends, and nothing twice', () => {
    const log = lines()
    log.write('last\n')
    log.flushSync()
    expect([written, flushed, vi.getTimerCount()]).toEqual([['last\n'], 1, 0])
    log.flushSync()
    expect(written).toEqual(['last\n'])
  })
})
