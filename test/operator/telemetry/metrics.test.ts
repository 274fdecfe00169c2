import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'

const lines = async (metrics: ReturnType<typeof createMetrics>) =>
  (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('createMetrics', () => {
  it('names everything as the ecosystem does, with a help text each', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.reconciled('tenant', 'retry', 0.2, 'KUBE_UNAVAILABLE')
    metrics.watchQueue('tenant', () => ({ ready: 1, waiting: 2, running: 3 }))
    metrics.apiAnswered('apply', 'Deployment', '200', 0.004)
    metrics.watchRestarted('KiaviTenant', 'silent')
    metrics.watchFailed('KiaviTenant')
    metrics.leading(true)
    const text = await lines(metrics)
    for (const line of [
      'kiavi_reconcile_total{controller="tenant",result="retry"} 1',
      'kiavi_reconcile_duration_seconds_count{controller="tenant"} 1',
      'kiavi_reconcile_errors_total{controller="tenant",code="KUBE_UNAVAILABLE"} 1',
      'kiavi_workqueue_depth{controller="tenant",state="waiting"} 2',
      'kiavi_api_requests_total{verb="apply",kind="Deployment",code="200"} 1',
      'kiavi_api_request_duration_seconds_bucket{le="0.005",verb="apply",kind="Deployment"} 1',
      'kiavi_watch_restarts_total{kind="KiaviTenant",reason="silent"} 1',
      'kiavi_watch_errors_total{kind="KiaviTenant"} 1',
      'kiavi_leader 1',
    ]) {
      expect(text).toContain(line)
    }
  })

  it('shows a condition as one 1 among zeros, and nothing of a tenant that is gone', async () => {
    const metrics = createMetrics({ processMetrics: false })
    const of = async (name: string) =>
      (await lines(metrics)).filter((line) => line.includes(`name="${name}"`))
    metrics.tenantConditions('customers', 'acme', [
      { type: 'Ready', status: 'False' },
      { type: 'Stalled', status: 'True' },
    ])
    metrics.tenantConditions('customers', 'acme', [{ type: 'Ready', status: 'True' }])
    metrics.tenantConditions('customers', 'gone', [{ type: 'Ready', status: 'True' }])
    metrics.forgetTenant('customers', 'gone')
    expect(await of('acme')).toEqual([
      'kiavi_tenant_condition{namespace="customers",name="acme",type="Ready",status="True"} 1',
      'kiavi_tenant_condition{namespace="customers",name="acme",type="Ready",status="False"} 0',
      'kiavi_tenant_condition{namespace="customers",name="acme",type="Ready",status="Unknown"} 0',
    ])
    expect(await of('gone')).toEqual([])
  })

  it('has the figures of the process too, and two of it do not clash', async () => {
    createMetrics()
    expect(await createMetrics().text()).toContain('process_resident_memory_bytes')
  })
})
