import { describe, expect, it } from 'vitest'
import { bundleName } from '../../../../operator/src/backups/object-name.ts'
import { type Sweep } from '../../../../operator/src/controllers/backup/sweep/sweep.ts'
import { Tally } from '../../../../operator/src/jobs/sweep/tally.ts'
import { backup, bundleOf, whole } from '../../controllers/backup/sweep/examples.ts'

const nothing: Sweep = { remove: [], abort: [], unread: [], spared: [], refused: [] }
const [a, b, c] = [backup(1, 40), backup(2, 20), backup(3, 10)]

describe('Tally', () => {
  it('counts what stays, and the earliest date of it', () => {
    const tally = new Tally()
    const objects = [...whole(a), ...whole(b), ...whole(c), bundleOf(c, { version: 'v0', state: 'hidden' })]
    tally.add(objects, { ...nothing, remove: whole(a) })
    expect(tally.total()).toEqual({
      ...{ objects: 5, bytes: 5000, backups: 2, spared: 0, refused: 0, refusedFirst: '' },
      oldestExpiry: b.expiresAt,
    })
  })

  it('waits for no date of what is spared or refused', () => {
    const tally = new Tally()
    tally.add(whole(a), { ...nothing, spared: [bundleName(a)] })
    tally.add(whole(b), { ...nothing, refused: [{ object: { name: bundleName(b) }, why: 'Changed.' }] })
    expect(tally.total()).toMatchObject({ backups: 2, spared: 1, refused: 1, oldestExpiry: undefined })
  })

  it('names the first of what was refused: short, in one line, and without letters that play tricks', () => {
    const tally = new Tally()
    const strange = (name: string) => ({ object: { name }, why: 'Why.' })
    tally.refuse([strange('a\nb\u202e'), strange('x'.repeat(9_000)), strange('c'), strange('d')])
    expect(tally.total().refused).toBe(4)
    expect(tally.total().refusedFirst).toBe(`a?b?: Why. ${'x'.repeat(200)}...: Why. c: Why.`)
  })
})
