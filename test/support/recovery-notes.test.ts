import { describe, expect, it } from 'vitest'
import { recoveryNotes } from './recovery-notes.ts'

const name = (verb: string, object = 'secrets a/b') => ({ backend: 'kubernetes' as const, verb, object })
const secret = (data: object, note?: string) =>
  Buffer.from(
    JSON.stringify({
      data,
      metadata: { annotations: note === undefined ? {} : { 'kiavi.eu/recovery': note } },
    }),
  )

describe('recoveryNotes', () => {
  it.each([
    { because: 'it is made', writes: [secret({ a: '1' })], is: false },
    { because: 'what it holds changes', writes: [secret({ a: '1' }), secret({ a: '2' }, 'one')], is: false },
    { because: 'nothing changes', writes: [secret({ a: '1' }, 'one'), secret({ a: '1' }, 'one')], is: false },
    { because: 'the note alone changes', writes: [secret({ a: '1' }), secret({ a: '1' }, 'one')], is: true },
    { because: 'it is no JSON', writes: [secret({ a: '1' }), Buffer.from('?')], is: false },
  ])('of the last write: $is, because $because', ({ writes, is }) => {
    const isNote = recoveryNotes()
    expect(writes.map((body, at) => isNote(name(at === 0 ? 'create' : 'update'), body)).at(-1)).toBe(is)
  })

  it('is no matter of other kinds, or of a patch', () => {
    const isNote = recoveryNotes()
    isNote(name('create'), secret({}))
    expect(isNote(name('patch'), secret({}, 'one'))).toBe(false)
    expect(isNote(name('update', 'configmaps a/b'), secret({}, 'one'))).toBe(false)
  })
})
