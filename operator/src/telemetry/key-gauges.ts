import { Gauge, type Registry } from 'prom-client'

/** One key as a status shows it; times in RFC 3339. */
export interface ShownKey {
  phase: string
  since: string
  next?: string | undefined
  nextAt?: string | undefined
}

/** How old the key is that signs, when the next one takes over, and how many keys a tenant has. */
export function createKeyGauges(registers: Registry[]) {
  const labelNames = ['namespace', 'name'] as const
  const activeSince = new Gauge({
    name: 'kiavi_tenant_signing_key_active_since_timestamp_seconds',
    help: 'When the key that signs began to, in Unix time. Absent while no key signs.',
    labelNames,
    registers,
  })
  const nextRotation = new Gauge({
    name: 'kiavi_tenant_signing_key_next_rotation_timestamp_seconds',
    help: 'When the standby takes over, in Unix time. Absent where keys are only rotated when somebody asks.',
    labelNames,
    registers,
  })
  const count = new Gauge({
    name: 'kiavi_tenant_signing_keys',
    help: 'Signing keys of a tenant by their phase.',
    labelNames: [...labelNames, 'phase'],
    registers,
  })
  const phases = ['Generated', 'Published', 'Active', 'Retiring', 'Destroyed']

  return {
    set(tenant: { namespace: string; name: string }, keys: readonly ShownKey[]): void {
      const active = keys.find(({ phase }) => phase === 'Active')
      put(activeSince, tenant, active?.since)
      put(nextRotation, tenant, keys.find(({ next }) => next === 'Active')?.nextAt)
      for (const phase of phases)
        count.set({ ...tenant, phase }, keys.filter((key) => key.phase === phase).length)
    },
    forget(tenant: { namespace: string; name: string }): void {
      activeSince.remove(tenant)
      nextRotation.remove(tenant)
      for (const phase of phases) count.remove({ ...tenant, phase })
    },
  }
}

function put(
  gauge: Gauge<'namespace' | 'name'>,
  tenant: { namespace: string; name: string },
  instant: string | undefined,
): void {
  if (instant === undefined) gauge.remove(tenant)
  else gauge.set(tenant, Date.parse(instant) / 1000)
}
