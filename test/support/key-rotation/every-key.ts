import { child, masterSecret, tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { type Tenant } from '../crash-lab.ts'
import { type KeyLab } from '../key-lab.ts'
import { type OperatorWorld } from '../operator-world.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { needle, type Needle } from '../secret-scan.ts'
import { storedSecrets } from '../secret-search.ts'

export interface EveryKey {
  /** Takes note of the private keys that there are. */
  note(): Promise<void>
  /** All that were ever noted, each at home where its phase lets it be: a key that ceased to sign nowhere. */
  needles(): Promise<Needle[]>
}

/** The private keys of a tenant, also the ones that are gone. */
export function everyKey(world: OperatorWorld, lab: KeyLab, tenant: Tenant & { tenantID: string }): EveryKey {
  const { tenantID } = tenant
  const pems = new Map<string, string>()
  const master = `${operatorNamespace}/${masterSecret.signingKeys(tenantID)}`
  const mounted = `${tenantNamespace(tenantID)}/${child.signingKeys}`
  const homes: Record<string, string[]> = {
    Active: [master, mounted],
    Published: [master],
    Generated: [master],
  }
  return {
    note: async () => {
      for (const { file, text } of await storedSecrets(world)) {
        const [, kid] = /^(.+)\.pem$/.exec(file) ?? []
        if (kid !== undefined) pems.set(kid, text)
      }
    },
    needles: async () => {
      const keys = (await lab.ledger(tenantID))?.keys ?? []
      const phases = new Map(keys.map(({ kid, phase }) => [kid, phase]))
      return [...pems].map(([kid, pem]) => {
        const phase = phases.get(kid) ?? 'forgotten'
        return needle(`private key ${kid} (${phase})`, pem, homes[phase] ?? [])
      })
    },
  }
}
