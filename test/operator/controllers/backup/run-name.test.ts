import { describe, expect, it } from 'vitest'
import { dnsName } from '../../../../operator/src/api/v1alpha1/fields.ts'
import { scheduledRunName } from '../../../../operator/src/controllers/backup/run-name.ts'
import { at, tenantID } from './examples.ts'

describe('scheduledRunName', () => {
  it('is of the tenant and the slot alone, and a name of Kubernetes', () => {
    const name = scheduledRunName(tenantID, at('2026-11-22T02:00'))
    expect(name).toBe('k3x9q7w2ab-202611220200')
    expect(dnsName().safeParse(name).success).toBe(true)
  })
})
