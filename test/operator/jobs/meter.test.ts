import { describe, expect, it } from 'vitest'
import { createMeter } from '../../../operator/src/jobs/meter.ts'
import { sha256 } from '../../support/backup-bundle.ts'

describe('createMeter', () => {
  it('hands on what comes, and knows how much and what it was', async () => {
    const passed: number[] = []
    const meter = createMeter((bytes) => passed.push(bytes))
    const out: Uint8Array[] = []
    async function* source() {
      await Promise.resolve()
      yield Buffer.from('ab')
      yield Buffer.from('c')
    }
    for await (const chunk of meter.through(source())) out.push(chunk)
    expect(Buffer.concat(out).toString('utf8')).toBe('abc')
    expect(passed).toEqual([2, 3])
    expect(meter.total()).toEqual({ bytes: 3, sha256: sha256('abc') })
  })
})
