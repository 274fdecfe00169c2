import { describe, expect, it } from 'vitest'
import { EffectLedger } from './effect-ledger.ts'
import { atWrite, FaultInjector } from './faults.ts'

describe('FaultInjector', () => {
  it('calls its victim killed once it is gone, not when the write begins that it dies at', async () => {
    const injector = new FaultInjector(new EffectLedger())
    const death = Promise.withResolvers<undefined>()
    injector.aimAt(() => death.promise)
    injector.arm(atWrite(1, { do: 'kill', when: 'after' }))
    injector.faultFor(injector.ledger.begin('write', { backend: 'sql', verb: 'SET', object: 'x' }))
    expect({ struck: injector.struck !== undefined, killed: injector.killed }).toEqual({
      struck: true,
      killed: false,
    })
    const killing = injector.kill()
    expect(injector.killed).toBe(false)
    death.resolve(undefined)
    await killing
    expect(injector.killed).toBe(true)
    injector.arm(() => undefined)
    expect(injector.killed).toBe(false)
  })
})
