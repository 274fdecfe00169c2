import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isRecipient, makeAgeIdentity, recipientOf } from '../../../operator/src/backups/age-identity.ts'
import { ageTools } from '../../support/postgres-clients.ts'

const tools = ageTools()

describe('isRecipient', () => {
  it('finds a letter that was mistyped', () => {
    const { recipient } = makeAgeIdentity(randomBytes)
    expect(isRecipient(recipient)).toBe(true)
    const other = (letter: string) => (letter === 'q' ? 'p' : 'q')
    expect(isRecipient(recipient.replace(/.$/, other))).toBe(false)
    expect(isRecipient(recipient.slice(0, -1))).toBe(false)
    expect(isRecipient('')).toBe(false)
  })
})

describe('makeAgeIdentity', () => {
  it('makes what age-keygen reads, with the recipient that it tells', () => {
    const { identity, recipient } = makeAgeIdentity(randomBytes)
    expect(execFileSync(tools.ageKeygen, ['-y'], { input: identity, encoding: 'utf8' }).trim()).toBe(
      recipient,
    )
  })

  it('is made of what it is given, and of nothing else', () => {
    expect(makeAgeIdentity((bytes) => Buffer.alloc(bytes, 1))).toEqual(
      makeAgeIdentity((bytes) => Buffer.alloc(bytes, 1)),
    )
    expect(makeAgeIdentity(randomBytes).identity).not.toBe(makeAgeIdentity(randomBytes).identity)
  })
})

describe('recipientOf', () => {
  it('finds the recipient of what age-keygen made', () => {
    const text = execFileSync(tools.ageKeygen, [], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(recipientOf(/AGE-SECRET-KEY-1\w+/.exec(text)?.[0] ?? '')).toBe(/age1\w+/.exec(text)?.[0])
  })

  it.each([
    '',
    'AGE-SECRET-KEY-1',
    makeAgeIdentity(randomBytes).identity.toLowerCase(),
    makeAgeIdentity(randomBytes).recipient,
  ])('knows none of what is no identity (%#)', (text) => {
    expect(recipientOf(text)).toBeUndefined()
  })
})
