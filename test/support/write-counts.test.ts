import { describe, expect, it } from 'vitest'
import { type Effect } from './effect-ledger.ts'
import { outOfBounds, writeBounds, writeCounts } from './write-counts.ts'

const names = { name: 'acme', host: 'auth.acme.test', tenantID: 'k3x9q7w2ab' }

describe('writeCounts', () => {
  it('counts what the server took, without the names of the tenant', () => {
    const apply: Effect = {
      ...{ backend: 'kubernetes', verb: 'apply', object: 'services kiavi-k3x9q7w2ab/runtime' },
      ...{ lane: 'write', k: 1, status: 201 },
    }
    const effects: Effect[] = [
      apply,
      { ...apply, k: 2, status: 200 },
      { ...apply, k: 3, status: 409 },
      { ...apply, k: 4, status: 'unsent' },
      { ...apply, k: 5, status: 'undone' },
      { ...apply, k: 6, status: 200, object: 'kiavitenants customers/acme', subresource: 'status' },
    ]
    expect([...writeCounts(effects, names)]).toEqual([
      ['apply services kiavi-<id>/runtime', 2],
      ['apply kiavitenants customers/<name>/status', 1],
    ])
  })
})

describe('outOfBounds', () => {
  const bounds = writeBounds([
    new Map([
      ['GRANT SCHEMA auth', 4],
      ['patch kiavitenants x/y/status', 5],
    ]),
    new Map([
      ['GRANT SCHEMA auth', 4],
      ['patch kiavitenants x/y/status', 3],
    ]),
  ])

  it.each([
    { grants: 4, statuses: 5, said: [], because: 'it is as in the reference' },
    { grants: 5, statuses: 6, said: [], because: 'one more is what a crash may cost' },
    { grants: 3, statuses: 2, said: [], because: 'one less is within one, too' },
    {
      grants: 6,
      statuses: 5,
      said: ['GRANT SCHEMA auth: written 6 times, in the reference 4'],
      because: 'two more is work begun anew',
    },
    {
      grants: 2,
      statuses: 5,
      said: ['GRANT SCHEMA auth: written 2 times, in the reference 4'],
      because: 'two less is work left out',
    },
    {
      grants: 0,
      statuses: 5,
      said: ['GRANT SCHEMA auth: written 0 times, in the reference 4'],
      because: 'a step that was never done is missed',
    },
    { grants: 4, statuses: 1, said: [], because: 'whoever is dead tells no status' },
    {
      grants: 4,
      statuses: 7,
      said: ['patch kiavitenants x/y/status: written 7 times, in the reference 3 to 5'],
      because: 'a status that is told over and over is work, too',
    },
  ])('says $said: $because', ({ grants, statuses, said }) => {
    const seen = new Map([
      ['GRANT SCHEMA auth', grants],
      ['patch kiavitenants x/y/status', statuses],
    ])
    expect(outOfBounds(bounds, seen)).toEqual(said)
  })

  it('does not miss that a pod was called which followed while nobody looked', () => {
    const bounds = writeBounds([new Map([['patch pods kiavi-<id>/runtime-<revision>', 2]])])
    expect(outOfBounds(bounds, new Map())).toEqual([])
  })

  it('finds a step that no reference took', () => {
    const seen = new Map([
      ['GRANT SCHEMA auth', 4],
      ['DROP DATABASE kiavi_<id>', 2],
    ])
    expect(outOfBounds(bounds, seen)).toEqual([
      'DROP DATABASE kiavi_<id>: written 2 times, in the reference 0',
    ])
  })

  it.each([
    { because: 'as in the reference', seen: { a: 1, b: 4 }, says: 0 },
    { because: 'one more than ever', seen: { a: 2, b: 6 }, says: 0 },
    { because: 'two fewer', seen: { a: 0, b: 1 }, says: 1 },
    { because: 'one write of a new kind', seen: { a: 1, b: 4, c: 1 }, says: 0 },
    { because: 'two more', seen: { a: 3, b: 4 }, says: 1 },
    { because: 'two of a new kind', seen: { a: 1, b: 4, c: 2 }, says: 1 },
  ])('of a step that undisturbed runs take 3 or 5 times, $because: $says', ({ seen, says }) => {
    const runs = [
      { a: 1, b: 3 },
      { a: 1, b: 5 },
    ].map((run) => new Map(Object.entries(run)))
    expect(outOfBounds(writeBounds(runs), new Map(Object.entries(seen)))).toHaveLength(says)
  })

  it('takes what a class says of sweeps that came in between for no work begun anew, and no end of them for one', () => {
    const classStatus = 'patch kiavitenantclasses default/status'
    const broken = (count: number) =>
      outOfBounds(bounds, new Map([...quiet, [classStatus, count]])).map((line) => line.slice(0, 39))
    const quiet: [string, number][] = [
      ['GRANT SCHEMA auth', 4],
      ['patch kiavitenants x/y/status', 5],
    ]
    expect(broken(4)).toEqual([])
    expect(broken(5)).toEqual([classStatus])
  })

  it('lets a step of many writes be done anew once, and nothing else with it', () => {
    const seen = (grants: number) =>
      new Map([
        ['GRANT SCHEMA auth', grants],
        ['patch kiavitenants x/y/status', 5],
      ])
    const doneAnew = /^GRANT /
    expect(outOfBounds(bounds, seen(9), { doneAnew })).toEqual([])
    expect(outOfBounds(bounds, seen(10), { doneAnew })).toHaveLength(1)
    expect(outOfBounds(bounds, seen(8), { doneAnew: /^ALTER / })).toHaveLength(1)
  })
})
