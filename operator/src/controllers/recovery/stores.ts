import { tenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../kube/port.ts'
import { type ClassWithStore, hasStore } from '../backup/rendering.ts'
import { placeKey } from './place.ts'

export interface SharedStore {
  /** One of those that keep backups there. */
  class: ClassWithStore
  /** Of all of them, sorted: each opens the installation's set alone. */
  recipients: string[]
}

/** Every store that a class names, each once: sets of two classes in one folder would take each other's place. */
export function storesOf(classes: readonly KubeObject[]): SharedStore[] {
  const stores = new Map<string, ClassWithStore[]>()
  for (const object of classes) {
    const { data } = tenantClassSpec.safeParse(object['spec'])
    if (!data || !hasStore(data)) continue
    stores.set(placeKey(data), [...(stores.get(placeKey(data)) ?? []), data])
  }
  return [...stores.values()].flatMap((sharing) => {
    const recipients = [...new Set(sharing.map(({ backups }) => backups.recoveryRecipient))].sort()
    const [first] = sharing
    return first ? [{ class: first, recipients }] : []
  })
}
