import { Gauge, type Registry } from 'prom-client'

/** What is known of a tenant's drills; what is absent is not shown. */
export interface ShownDrills {
  provenAt: Date | undefined
  recoverySeconds: number | undefined
  /** 1: the newest one did. */
  failed: number | undefined
  nextAt: Date | undefined
}

/** When a backup was last proven by restoring it, how long that took, and when it is tried again. */
export function createDrillGauges(registers: Registry[]) {
  const labelNames = ['namespace', 'name'] as const
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers })
  const gauges = {
    provenAt: gauge(
      'kiavi_tenant_restore_proven_timestamp_seconds',
      'When a backup was last proven by restoring it, in Unix time. Absent while none was.',
    ),
    recoverySeconds: gauge(
      'kiavi_tenant_restore_recovery_seconds',
      'How long that took, from the begin of the restore to the sign-in.',
    ),
    failed: gauge('kiavi_tenant_drill_failed', '1 where the newest drill failed, 0 where it succeeded.'),
    nextAt: gauge('kiavi_tenant_drill_next_timestamp_seconds', 'When the next drill begins, in Unix time.'),
  }
  return {
    set(tenant: { namespace: string; name: string }, shown: ShownDrills): void {
      for (const [name, of] of Object.entries(gauges)) {
        const value = shown[name as keyof ShownDrills]
        if (value === undefined) of.remove(tenant)
        else of.set(tenant, typeof value === 'number' ? value : value.getTime() / 1000)
      }
    },
    forget(tenant: { namespace: string; name: string }): void {
      for (const of of Object.values(gauges)) of.remove(tenant)
    },
  }
}
