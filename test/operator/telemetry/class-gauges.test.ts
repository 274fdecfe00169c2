import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'

const store = {
  ...{ sweptAt: new Date('2026-11-22T14:25:00Z'), oldestExpiry: new Date('2026-11-30T02:00:00Z') },
  ...{ backups: 12, bytes: 4096, spared: 1, refused: 2, denied: 3 },
}
const linesOf = async (of: ReturnType<typeof createMetrics>) =>
  (await of.text()).split('\n').filter((line) => line.includes('{class="default"'))

describe('createClassGauges', () => {
  it('shows what the last sweep found, and the conditions', async () => {
    const one = createMetrics({ processMetrics: false })
    one.classSays('default', [{ type: 'BackupsExpire', status: 'False' }], store)
    const labels = '{class="default"}'
    expect((await linesOf(one)).toSorted()).toEqual(
      [
        ...['True', 'False', 'Unknown'].map(
          (status) =>
            `kiavi_class_condition{class="default",type="BackupsExpire",status="${status}"} ${status === 'False' ? 1 : 0}`,
        ),
        `kiavi_store_sweep_last_success_timestamp_seconds${labels} 1795357500`,
        `kiavi_store_oldest_expiry_timestamp_seconds${labels} 1796004000`,
        `kiavi_store_backups${labels} 12`,
        `kiavi_store_bytes${labels} 4096`,
        `kiavi_store_spared_objects${labels} 1`,
        `kiavi_store_refused_objects${labels} 2`,
        `kiavi_store_denied_objects${labels} 3`,
      ].toSorted(),
    )
  })

  it('shows nothing of a store that nobody has looked into, nor of a class that went', async () => {
    const one = createMetrics({ processMetrics: false })
    one.classSays('default', [{ type: 'Ready', status: 'True' }], store)
    one.classSays('default', [], undefined)
    expect(await linesOf(one)).toEqual([])
    one.classSays('default', [{ type: 'Ready', status: 'True' }], { ...store, oldestExpiry: undefined })
    expect(await linesOf(one)).toHaveLength(9)
    one.forgetClass('default')
    expect(await linesOf(one)).toEqual([])
  })
})
