import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../operator/src/telemetry/metrics.ts'
import { tenantsWaiting } from './at-rest.ts'

describe('tenantsWaiting', () => {
  it('reads what the operator tells of its queue of tenants', async () => {
    const metrics = createMetrics({ processMetrics: false })
    expect(tenantsWaiting(await metrics.text())).toBeUndefined()
    metrics.watchQueue('class', () => ({ ready: 1, running: 2, waiting: 3 }))
    metrics.watchQueue('tenant', () => ({ ready: 41, running: 8, waiting: 450 }))
    expect(tenantsWaiting(await metrics.text())).toBe(41)
  })
})
