import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { type KeySetInUse } from '../keys/key-ring.ts'

/** The keys to sign and verify with: asked for before anything is changed. `unavailable` while none could be read. */
export async function keySetInUse({ keys }: Pick<Dependencies, 'keys'>): Promise<KeySetInUse> {
  const keySet = await keys.current()
  if (keySet === undefined) throw new Refusal('unavailable', 'no signing key')
  return keySet
}
