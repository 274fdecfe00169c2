import { Gauge, type Registry } from 'prom-client'

/** What is known of a tenant's backups; what is absent is not shown. */
export interface ShownBackups {
  /** When the newest that was completed began. */
  lastAt: Date | undefined
  nextAt: Date | undefined
  bytes: number | undefined
  oldestExpiry: Date | undefined
}

/** How old the newest backup is, how large, when the next one begins, and when the oldest is to be gone. */
export function createBackupGauges(registers: Registry[]) {
  const labelNames = ['namespace', 'name'] as const
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers })
  const gauges = {
    lastAt: gauge(
      'kiavi_tenant_backup_last_success_timestamp_seconds',
      'When the newest backup that was completed began, in Unix time. Absent while there is none.',
    ),
    nextAt: gauge(
      'kiavi_tenant_backup_next_timestamp_seconds',
      'When the next backup of the schedule begins, in Unix time.',
    ),
    bytes: gauge('kiavi_tenant_backup_bytes', 'Size of the newest backup, encrypted.'),
    oldestExpiry: gauge(
      'kiavi_tenant_backup_oldest_expiry_timestamp_seconds',
      'The earliest date by which a backup that was completed is to be gone, in Unix time; the last one apart, which stays until there is another.',
    ),
  }
  return {
    set(tenant: { namespace: string; name: string }, shown: ShownBackups): void {
      for (const [name, of] of Object.entries(gauges)) {
        const value = shown[name as keyof ShownBackups]
        if (value === undefined) of.remove(tenant)
        else of.set(tenant, typeof value === 'number' ? value : value.getTime() / 1000)
      }
    },
    forget(tenant: { namespace: string; name: string }): void {
      for (const of of Object.values(gauges)) of.remove(tenant)
    },
  }
}
