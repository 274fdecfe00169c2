import { createPublicKey, type KeyObject } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { Published } from '../../../runtime/src/keys/published.ts'
import { makeSigningKey } from '../../support/tenant-files.ts'

const key = createPublicKey(makeSigningKey().privatePem)
let now: number
let published: Published

beforeEach(() => {
  now = 5_000
  published = new Published(() => now)
})

const serve = (version: number, ...kids: [string, ...string[]]) => {
  const verifyingKeys = new Map(kids.map((kid): [string, KeyObject] => [kid, key]))
  published.publish({ version, activeKid: kids[0], verifyingKeys })
}

describe('Published', () => {
  it('has nothing to say before there was a key set', () => {
    expect(published.served()).toBeUndefined()
  })

  it('counts whole seconds, rounded down, from when the key set was taken into use', () => {
    serve(1, 'a', 'b')
    now += 2_999
    expect(published.served()).toEqual({
      version: 1,
      activeKid: 'a',
      activeSeconds: 2,
      keys: [
        { kid: 'a', seconds: 2, always: true },
        { kid: 'b', seconds: 2, always: true },
      ],
    })
  })

  it('counts a key that was added from then on: a set without it was seen', () => {
    serve(1, 'a')
    now += 10_000
    serve(2, 'a', 'b')
    now += 1_000
    expect(published.served()?.keys).toEqual([
      { kid: 'a', seconds: 11, always: true },
      { kid: 'b', seconds: 1, always: false },
    ])
  })

  it('counts a key anew that was taken out and came back', () => {
    serve(1, 'a', 'b')
    serve(2, 'a')
    now += 10_000
    serve(3, 'a', 'b')
    expect(published.served()?.keys[1]).toEqual({ kid: 'b', seconds: 0, always: false })
  })

  it('counts since when it signs with a key apart from since when it shows it', () => {
    serve(1, 'a', 'b')
    now += 10_000
    serve(2, 'b', 'a')
    now += 3_000
    serve(3, 'b')
    now += 4_000
    expect(published.served()).toEqual({
      version: 3,
      activeKid: 'b',
      activeSeconds: 7,
      keys: [{ kid: 'b', seconds: 17, always: true }],
    })
  })
})
