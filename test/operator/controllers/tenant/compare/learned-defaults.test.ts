import { describe, expect, it } from 'vitest'
import { LearnedDefaults } from '../../../../../operator/src/controllers/tenant/compare/learned-defaults.ts'

const added = { path: 'spec.new', desired: undefined, live: '"x"' }
const changed = { path: 'spec.old', desired: '"ours"', live: '"theirs"' }

describe('LearnedDefaults', () => {
  it('explains what the server was seen to add to our own write', () => {
    const learned = new LearnedDefaults()
    learned.learn('Deployment', [added])
    expect(learned.explains('Deployment', [added])).toBe(true)
  })

  it.each([
    { because: 'it was never seen', kind: 'Deployment', found: [{ ...added, path: 'spec.other' }] },
    { because: 'the value is another', kind: 'Deployment', found: [{ ...added, live: '"y"' }] },
    { because: 'the kind is another', kind: 'Service', found: [added] },
    { because: 'something else differs too', kind: 'Deployment', found: [added, changed] },
  ])('explains nothing when $because', ({ kind, found }) => {
    const learned = new LearnedDefaults()
    learned.learn('Deployment', [added])
    expect(learned.explains(kind, found)).toBe(false)
  })

  it('never learns that what we set is different', () => {
    const learned = new LearnedDefaults()
    learned.learn('Deployment', [changed])
    expect(learned.explains('Deployment', [changed])).toBe(false)
  })

  it('forgets what it learned first when a webhook says something new each time', () => {
    const learned = new LearnedDefaults(2)
    const said = ['"1"', '"2"', '"3"'].map((live) => ({ ...added, live }))
    for (const each of said) learned.learn('Deployment', [each])
    expect(said.map((each) => learned.explains('Deployment', [each]))).toEqual([false, true, true])
  })
})
