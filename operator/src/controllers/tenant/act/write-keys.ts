import { kinds } from '../../../kube/resource-kinds.ts'
import { type Acting } from '../acting.ts'
import { replacement } from '../compare/replacement.ts'
import { type Rendering } from '../rendering.ts'
import { type KeyMaterial, signingKeysMaster } from '../secrets/signing-keys-master.ts'

/**
 * Writes the keys over exactly the Secret from which was decided. Who was overtaken meanwhile, by a second operator or
 * by a person, gets a conflict and looks again: no turn is ever taken from an older ledger.
 */
export async function writeKeys(
  material: KeyMaterial,
  { ports: { cluster }, vault }: Acting,
  rendering: Rendering,
): Promise<void> {
  const { tenantID } = rendering
  const object = signingKeysMaster(rendering, material)
  const before = await vault.keysSecret(tenantID)
  vault.forget(tenantID)
  await (before
    ? cluster.replace(kinds.Secret, replacement(object, before))
    : cluster.create(kinds.Secret, object))
}
