import { describe, expect, it } from 'vitest'
import { generatePasswords } from '../../../../operator/src/providers/database/passwords.ts'

describe('generatePasswords', () => {
  it('gives each role 256 bits of its own, in letters that need no escaping anywhere', () => {
    let call = 0
    const passwords = generatePasswords((bytes) => new Uint8Array(bytes).fill((call += 1)))
    expect(Object.keys(passwords)).toEqual(['owner', 'app', 'backup', 'outbox'])
    expect(new Set(Object.values(passwords)).size).toBe(4)
    for (const password of Object.values(passwords)) expect(password).toMatch(/^[\w-]{43}$/)
  })
})
