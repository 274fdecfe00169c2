import { describe, expect, it } from 'vitest'
import { userName } from '../../../runtime/src/domain/user-name.ts'

describe('userName', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada \t Lovelace ', 'Ada Lovelace'],
    ['Zoe\u0308', 'Zoë'],
    ['李小龙', '李小龙'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('%j becomes %j', (given, name) => {
    expect(userName.parse(given)).toBe(name)
  })

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['65 characters', 'x'.repeat(65)],
    ['a NUL', 'A\u0000da'],
    ['a bidirectional override', 'A\u202eda'],
    ['half a character', 'A\ud800'],
  ])('refuses %s', (_because, given) => {
    expect(userName.safeParse(given).success).toBe(false)
  })
})
