import { Gauge, type Registry } from 'prom-client'

/** What is known of a class's store; what is absent is not shown. */
export interface ShownStore {
  sweptAt: Date | undefined
  oldestExpiry: Date | undefined
  backups: number
  bytes: number
  spared: number
  refused: number
  denied: number
}

interface ShownCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
}

const statuses = ['True', 'False', 'Unknown'] as const

/** What the conditions of a class are, and what its last sweep found in its store. */
export function createClassGauges(registers: Registry[]) {
  const labelNames = ['class'] as const
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers })
  const conditions = new Gauge({
    name: 'kiavi_class_condition',
    help: '1 for the status that a condition of a class has, 0 for the others.',
    labelNames: ['class', 'type', 'status'],
    registers,
  })
  const gauges = {
    sweptAt: gauge(
      'kiavi_store_sweep_last_success_timestamp_seconds',
      "When the last sweep of the class's store that came through ended, in Unix time. Absent while there is none.",
    ),
    oldestExpiry: gauge(
      'kiavi_store_oldest_expiry_timestamp_seconds',
      'The earliest date by which a backup in the store is to be gone, in Unix time; those that are kept past theirs apart.',
    ),
    backups: gauge('kiavi_store_backups', 'Backups that lie in the store.'),
    bytes: gauge('kiavi_store_bytes', 'Bytes that lie in the store, all versions of everything.'),
    spared: gauge('kiavi_store_spared_objects', 'Objects kept past their date, as the last of who lives.'),
    refused: gauge(
      'kiavi_store_refused_objects',
      'Objects in the store that cannot be proven to be ours, and are left alone.',
    ),
    denied: gauge(
      'kiavi_store_denied_objects',
      'Objects past their date that the store does not let us delete.',
    ),
  }
  const known = new Map<string, Set<string>>()

  function forget(className: string): void {
    for (const of of Object.values(gauges)) of.remove({ class: className })
    for (const type of known.get(className) ?? [])
      for (const status of statuses) conditions.remove({ class: className, type, status })
    known.delete(className)
  }

  return {
    set(className: string, shown: readonly ShownCondition[], store: ShownStore | undefined): void {
      forget(className)
      for (const { type, status } of shown)
        for (const each of statuses)
          conditions.set({ class: className, type, status: each }, each === status ? 1 : 0)
      known.set(className, new Set(shown.map(({ type }) => type)))
      for (const [name, of] of Object.entries(gauges)) {
        const value = store?.[name as keyof ShownStore]
        if (value !== undefined)
          of.set({ class: className }, typeof value === 'number' ? value : value.getTime() / 1000)
      }
    },
    forget,
  }
}
