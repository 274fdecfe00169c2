import { describe, expect, it } from 'vitest'
import { isRotated, type ShownKey, standbyKnownAt, standbyOf } from './key-phases.ts'

const since = '2026-01-01T00:00:00Z'
const key = (kid: string, phase: string, nextAt?: string): ShownKey => ({
  ...{ kid, phase, since },
  ...(nextAt === undefined ? {} : { nextAt }),
})

describe('standbyOf', () => {
  it('is the key that every pod publishes and none signs with', () => {
    expect(standbyOf([key('a', 'Active'), key('b', 'Published')])).toBe('b')
    expect(standbyOf([key('a', 'Active'), key('b', 'Generated')])).toBeUndefined()
  })
})

describe('standbyKnownAt', () => {
  it('counts from when it was published, and never comes without a standby', () => {
    expect(standbyKnownAt([key('a', 'Active'), key('b', 'Published')], 80)).toBe(Date.parse(since) + 80_000)
    expect(standbyKnownAt([key('a', 'Active')], 80)).toBe(Infinity)
  })
})

describe('isRotated', () => {
  const gone = key('a', 'Retiring', '2026-01-01T01:00:00Z')
  it.each([
    {
      because: 'the old key may still sign somewhere',
      keys: [key('a', 'Retiring'), key('b', 'Active'), key('c', 'Published')],
      is: false,
    },
    {
      because: 'the next standby is not published yet',
      keys: [gone, key('b', 'Active'), key('c', 'Generated')],
      is: false,
    },
    { because: 'nothing happened yet', keys: [key('a', 'Active'), key('b', 'Published')], is: false },
    {
      because: 'another key than the standby signs',
      keys: [gone, key('x', 'Active'), key('c', 'Published')],
      is: false,
    },
    {
      because: 'all is done but the end of the old key',
      keys: [gone, key('b', 'Active'), key('c', 'Published')],
      is: true,
    },
    {
      because: 'the old key had its end already',
      keys: [key('a', 'Destroyed'), key('b', 'Active'), key('c', 'Published')],
      is: true,
    },
  ])('$because: $is', ({ keys, is }) => {
    expect(isRotated(keys, 'b')).toBe(is)
  })
})
