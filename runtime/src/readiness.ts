import { schemaVersion } from './db/schema-version.ts'
import { type Store } from './db/store.ts'
import { type KeyRing } from './keys/key-ring.ts'
import { type PublishedKey } from './keys/published.ts'

/** The answer of `/readyz`; what the operator reads of a pod. */
export interface Readiness {
  ready: boolean
  /** The database's newest migration; null while it cannot be asked. */
  schemaVersion: number | null
  activeKid: string | null
  kids: string[]
  /** What it serves of its keys, by its own monotonic clock: what the operator counts its waits by. */
  keySet: { version: number; keys: PublishedKey[] } | null
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
  const keySet = await parts.keys.current()
  const found = await parts.store.readSchemaVersion().catch(() => null)
  const reason = parts.draining()
    ? 'draining'
    : keySet === undefined
      ? 'no usable signing keys'
      : found === null
        ? 'database not reachable'
        : found < schemaVersion
          ? `schema ${found} is older than ${schemaVersion}: waiting for the migration step`
          : undefined
  return {
    ready: reason === undefined,
    schemaVersion: found,
    activeKid: keySet?.activeKid ?? null,
    kids: keySet === undefined ? [] : [...keySet.verifyingKeys.keys()],
    keySet: keySet === undefined ? null : { version: keySet.version, keys: parts.keys.published() },
    version: parts.version,
    ...(reason === undefined ? {} : { reason }),
  }
}
