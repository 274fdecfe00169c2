import { Counter, Gauge, type Registry } from 'prom-client'

/** What lies outside of tenants' databases, and outside of the cluster. */
export function createKeptMetrics(registers: Registry[]) {
  const taken = new Counter({
    name: 'kiavi_journal_entries_total',
    help: "Entries that were taken from tenants' outboxes into their journals.",
    registers,
  })
  const set = new Gauge({
    name: 'kiavi_tenant_recovery_set_timestamp_seconds',
    help: 'When the newest recovery set of a tenant was written, in Unix time. Absent while there is none.',
    labelNames: ['namespace', 'name'],
    registers,
  })
  const installation = new Gauge({
    name: 'kiavi_installation_recovery_set_timestamp_seconds',
    help: 'When the newest recovery set of the installation was written, in Unix time: of several stores, in the one where it is oldest. 0: there is none.',
    registers,
  })
  return {
    journalTaken: (entries: number) => taken.inc(entries),
    /** Without a tenant: the installation's. */
    recoverySet(tenant: { namespace: string; name: string } | undefined, at: Date | undefined): void {
      if (!tenant) installation.set((at?.getTime() ?? 0) / 1000)
      else if (at) set.set(tenant, at.getTime() / 1000)
      else set.remove(tenant)
    },
    forget: (tenant: { namespace: string; name: string }) => set.remove(tenant),
  }
}
