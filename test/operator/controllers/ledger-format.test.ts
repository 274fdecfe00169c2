import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ledgerFormat } from '../../../operator/src/controllers/ledger-format.ts'

const format = ledgerFormat<{ number: number }>(z.looseObject({ number: z.int() }), 'the tests')

describe('ledgerFormat', () => {
  it('writes the same bytes for the same ledger, and reads them back', () => {
    const text = format.write({ number: 1 })
    expect(text).toBe('{\n  "number": 1\n}\n')
    expect(format.read(text)).toEqual({ number: 1 })
  })

  it('keeps what a newer operator wrote beside', () => {
    expect(format.write(format.read('{"number":1,"later":true}'))).toContain('"later": true')
  })

  it.each([
    { text: '{"number":"one"}', says: /^ledger.json of the tests cannot be read: number: / },
    { text: 'no JSON', says: /^ledger.json of the tests cannot be read: it: / },
  ])('says what is at fault in $text', ({ text, says }) => {
    expect(() => format.read(text)).toThrow(says)
  })
})
