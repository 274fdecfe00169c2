import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PasskeyMemory } from '../../../runtime/src/webauthn/passkey-memory.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const passkey = (userID: string) => ({
  userID,
  publicKey,
  userHandle: Buffer.alloc(64),
  backupEligible: true,
})

describe('PasskeyMemory', () => {
  it('forgets the one unused for longest when it is full', () => {
    const memory = new PasskeyMemory(2)
    memory.set('a', passkey('a'))
    memory.set('b', passkey('b'))
    memory.get('a')
    memory.set('c', passkey('c'))
    expect(['a', 'b', 'c'].map((id) => memory.get(id)?.userID)).toEqual(['a', undefined, 'c'])
  })
  it('forgets what it is told to', () => {
    const memory = new PasskeyMemory()
    memory.set('a', passkey('a'))
    memory.delete('a')
    expect(memory.get('a')).toBeUndefined()
  })
})
