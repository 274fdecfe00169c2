import { schemaVersion } from './db/schema-version.ts'
import { type Store } from './db/store.ts'
import { type KeyRing } from './keys/key-ring.ts'
import { type ServedKeySet } from './keys/published.ts'

/** The answer of `/readyz`; what the operator reads of a pod. */
export interface Readiness {
  ready: boolean
  /** The database's newest migration; null while it cannot be asked. */
  schemaVersion: number | null
  activeKid: string | null
  kids: string[]
  /** What it serves of its keys, and for how long: what the operator counts its waits by. */
  keySet: Omit<ServedKeySet, 'activeKid'> | null
  version: string
  reason?: string
}

export interface ReadinessParts {
  store: Pick<Store, 'readSchemaVersion'>
  keys: KeyRing
  version: string
  draining: () => boolean
}

/** Ready: the database answers, its schema is at least the one this version was written for, and keys are there. */
export async function checkReadiness(parts: ReadinessParts): Promise<Readiness> {
  const served = await parts.keys.served()
  const found = await parts.store.readSchemaVersion().catch(() => null)
  const reason = parts.draining()
    ? 'draining'
    : served === undefined
      ? 'no usable signing keys'
      : found === null
        ? 'database not reachable'
        : found < schemaVersion
          ? `schema ${found} is older than ${schemaVersion}: waiting for the migration step`
          : undefined
  return {
    ready: reason === undefined,
    schemaVersion: found,
    activeKid: served?.activeKid ?? null,
    kids: served?.keys.map(({ kid }) => kid) ?? [],
    keySet: served === undefined ? null : keySetOf(served),
    version: parts.version,
    ...(reason === undefined ? {} : { reason }),
  }
}

const keySetOf = ({ version, activeSeconds, keys }: ServedKeySet) => ({ version, activeSeconds, keys })
