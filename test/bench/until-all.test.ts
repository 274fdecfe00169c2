import { describe, expect, it } from 'vitest'
import { untilAll, type Wait } from './until-all.ts'

const said: string[] = []
const wait = (looks: string[][], more: Partial<Wait> = {}): Wait => ({
  what: 'are there',
  look: () => {
    const there = looks.length > 1 ? looks.shift()! : looks[0]!
    return (name) => there.includes(name)
  },
  why: (name) => `${name} is late`,
  say: (line) => said.push(line),
  ...more,
})

describe('untilAll', () => {
  it('gives the seconds of each, and what was so once stays so', async () => {
    const seconds = await untilAll(['a', 'b', 'c'], wait([['b'], [], ['a', 'c']]))
    expect(seconds).toHaveLength(3)
    expect(seconds[0]).toBeLessThan(seconds[1]!)
    expect(seconds[1]).toBe(seconds[2])
  })

  it('tells how far it is', async () => {
    await untilAll(['a', 'b'], wait([['a'], ['a'], ['a', 'b']], { tellMs: 50 }))
    expect(said).toContain('1 of 2 are there')
  })

  it('fails when all stand still, with what is known of the first', async () => {
    await expect(untilAll(['a', 'b'], wait([['a']], { stillMs: 150 }))).rejects.toThrow(
      'Of 2, 1 are there, and no other one for 0.15 s; b: b is late',
    )
  })
})
