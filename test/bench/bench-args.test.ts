import { describe, expect, it } from 'vitest'
import { benchArgs } from './bench-args.ts'

describe('benchArgs', () => {
  it('takes names, and asks for everything as it usually is unless told otherwise', () => {
    expect(benchArgs(['wave', 'jwks'])).toEqual({ names: ['wave', 'jwks'], quick: false, tenants: undefined })
    expect(benchArgs(['--quick', '--tenants', '12'])).toEqual({ names: [], quick: true, tenants: 12 })
  })

  it('refuses what it does not know', () => {
    expect(() => benchArgs(['--tenant', '12'])).toThrow('--tenant')
  })
})
