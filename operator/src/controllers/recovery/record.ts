import { z } from 'zod'
import { annotation } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'

const instant = z.iso.datetime({ offset: false })

const record = z.object({
  number: z.int().min(1),
  /** Its name in the store. */
  object: z.string().max(300),
  /** The store's, where it told one. */
  version: z.string().max(1024).optional(),
  at: instant,
  expiresAt: instant,
  /** Digest of what makes it out of date at once when it changes. */
  core: z.string().max(64),
  /** Digest of the journal in it. */
  journal: z.string().max(64).optional(),
  /** How many parts of the journal there were. */
  parts: z.int().min(0).optional(),
})

/** The newest recovery set that was written, as it is noted on a Secret that is in it. */
export type RecoveryRecord = z.infer<typeof record>

const records = z.record(z.string().max(300), record)

/** The records on a Secret, each by the store that the set lies in. One that cannot be read is none: a set is written anew. */
export function readRecords(secret: KubeObject | undefined): Record<string, RecoveryRecord> {
  try {
    const parsed = records.safeParse(JSON.parse(secret?.metadata.annotations?.[annotation.recovery] ?? '{}'))
    return parsed.success ? parsed.data : {}
  } catch {
    return {}
  }
}

/** The Secret with a record on it, and nothing else of it changed. */
export function withRecord(secret: KubeObject, place: string, made: RecoveryRecord): KubeObject {
  const all = { ...readRecords(secret), [place]: made }
  const annotations = { ...secret.metadata.annotations, [annotation.recovery]: JSON.stringify(all) }
  return { ...secret, metadata: { ...secret.metadata, annotations } }
}
