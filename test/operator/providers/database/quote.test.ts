import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identifier, literal } from '../../../../operator/src/providers/database/quote.ts'

describe('identifier', () => {
  it.each([
    { name: 'kiavi_x', quoted: '"kiavi_x"', because: 'every name is quoted' },
    { name: 'a"; DROP ROLE b; --', quoted: '"a""; DROP ROLE b; --"', because: 'a quote is doubled' },
  ])('quotes $name: $because', ({ name, quoted, because }) => {
    expect(identifier(name), because).toBe(quoted)
  })

  it.each([
    { name: '', because: 'a name is not empty' },
    { name: 'a\0b', because: 'a NUL ends the text for the server' },
    { name: 'x'.repeat(64), because: 'PostgreSQL would cut it' },
    { name: 'ä'.repeat(32), because: 'the limit is in bytes' },
  ])('refuses what PostgreSQL would not take as it is: $because', ({ name, because }) => {
    expect(() => identifier(name), because).toThrow(TypeError)
  })

  it('takes 63 bytes', () => {
    expect(identifier('x'.repeat(63))).toBe(`"${'x'.repeat(63)}"`)
  })
})

describe('literal', () => {
  it.each([
    { text: "it's", quoted: "'it''s'", because: 'a quote is doubled' },
    { text: 'a\\b', quoted: "E'a\\\\b'", because: 'a backslash means itself under any setting' },
    { text: '', quoted: "''", because: 'empty is a string' },
  ])('quotes $text: $because', ({ text, quoted, because }) => {
    expect(literal(text), because).toBe(quoted)
  })

  it('never lets a text end its own quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '\\', 'a', ';') }), (text) => {
        const inner = literal(text).replace(/^E?'/, '').slice(0, -1)
        expect(inner.replaceAll('\\\\', '').replaceAll("''", '')).not.toContain("'")
      }),
    )
  })

  it('refuses a NUL', () => {
    expect(() => literal('a\0')).toThrow(TypeError)
  })
})
