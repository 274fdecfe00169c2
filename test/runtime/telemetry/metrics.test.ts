import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../runtime/src/telemetry/metrics.ts'

describe('createMetrics', () => {
  it('shows the key set in use and the one key that signs', async () => {
    const metrics = createMetrics('1.2.3')
    expect(await metrics.text()).toContain('\nkiavi_key_set_version 0\n')
    metrics.keySetLoaded({ version: 7, activeKid: 'former' })
    metrics.keySetRefused()
    metrics.keySetLoaded({ version: 8, activeKid: 'latter' })
    const text = await metrics.text()
    expect(text).toContain('\nkiavi_key_set_version 8\n')
    expect(text.match(/^kiavi_signing_key_info.*$/gm)).toEqual(['kiavi_signing_key_info{kid="latter"} 1'])
    expect(text).toContain('kiavi_key_set_reads_total{result="loaded"} 2')
    expect(text).toContain('kiavi_key_set_reads_total{result="refused"} 1')
  })
})
