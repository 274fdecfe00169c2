import { type Tenant } from '../crash-lab.ts'
import { livePlans } from '../live-plans.ts'
import { type OperatorWorld } from '../operator-world.ts'
import { type Sink } from '../secret-sinks.ts'

export interface PlansOfLife {
  sink: Sink
  /** Takes note of what would be done for the tenant now, and when time has passed. */
  note(tenant: Tenant): Promise<void>
  count(): number
  close(): Promise<void>
}

/** Now, and after every wait of the keys has passed. */
const momentsMs = [0, 100_000, 300_000, 100 * 86_400_000]

/** What was planned for a tenant over its life, as a place where a secret could turn up. */
export async function plansOfLife({ controlPlane }: OperatorWorld): Promise<PlansOfLife> {
  const plans = await livePlans(controlPlane.kubeconfig)
  const told: string[] = []
  return {
    sink: {
      name: 'plans',
      read: () => Promise.resolve(told.map((text) => ({ text }))),
      plant: (secret) => Promise.resolve(told.push(JSON.stringify({ steps: [{ do: 'mount', secret }] }))),
    },
    note: async ({ name }) => {
      for (const momentMs of momentsMs) told.push(await plans.look(name, momentMs))
    },
    count: () => told.length,
    close: () => plans.close(),
  }
}
