import { describe, expect, it } from 'vitest'
import { memoryOf, parseRollup } from './anonymous-memory.ts'

describe('parseRollup', () => {
  it('takes the whole line, not a longer name', () => {
    const text = 'Rss:  4096 kB\nPss: 2048 kB\nPss_Anon: 9 kB\nAnonymous:   1024 kB\n'
    expect(parseRollup(text)).toEqual({ anonymous: 1, proportional: 2, resident: 4 })
  })

  it('says what is missing', () => {
    expect(() => parseRollup('Rss: 1 kB\n')).toThrow('Anonymous')
  })
})

describe.runIf(process.platform === 'linux')('memoryOf', () => {
  it('grows by what was touched', () => {
    const before = memoryOf(process.pid).anonymous
    const held = Buffer.alloc(32 << 20, 1)
    expect(memoryOf(process.pid).anonymous - before).toBeGreaterThan(24)
    expect(held.length).toBe(32 << 20)
  })
})
