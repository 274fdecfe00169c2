import { z } from 'zod'
import { type DatabaseMarker, type RestorePassage } from './port.ts'

const reference = z.object({ namespace: z.string(), name: z.string(), uid: z.string() })

const schema = z.object({
  installationID: z.string(),
  tenantID: z.string(),
  namespace: z.string(),
  name: z.string(),
  host: z.string(),
  rpId: z.string(),
  fence: z.object({ restore: reference, since: z.string() }).exactOptional(),
  restored: z.object({ restore: reference, since: z.string() }).exactOptional(),
}) satisfies z.ZodType<DatabaseMarker>

/** The text of the database's COMMENT: always the same bytes for the same marker. */
export function markerText(marker: DatabaseMarker): string {
  const { installationID, tenantID, namespace, name, host, rpId, fence, restored } = marker
  return JSON.stringify({
    kiavi: {
      ...{ installationID, tenantID, namespace, name, host, rpId },
      ...(fence ? { fence: passageOf(fence) } : {}),
      ...(restored ? { restored: passageOf(restored) } : {}),
    },
  })
}

/** Whose it is. What a restore notes beside that belongs to the database, not to who wants it. */
export function sameMarker(seen: DatabaseMarker | undefined, wanted: DatabaseMarker): boolean {
  return seen !== undefined && markerText(plainMarker(seen)) === markerText(plainMarker(wanted))
}

/** Without what a restore noted. */
export const plainMarker = ({
  installationID,
  tenantID,
  namespace,
  name,
  host,
  rpId,
}: DatabaseMarker): DatabaseMarker => ({
  ...{ installationID, tenantID, namespace, name, host, rpId },
})

const passageOf = ({ restore, since }: RestorePassage): RestorePassage => ({
  restore: { namespace: restore.namespace, name: restore.name, uid: restore.uid },
  since,
})

/** The marker that a COMMENT holds; `undefined` when it is not one of ours. */
export function parseMarker(comment: string | null): DatabaseMarker | undefined {
  return parseComment(comment, z.object({ kiavi: schema }))?.kiavi
}

/** What a COMMENT holds as JSON of this shape; `undefined` when it does not. */
export function parseComment<T>(comment: string | null, shape: z.ZodType<T>): T | undefined {
  if (comment === null) return undefined
  try {
    return shape.safeParse(JSON.parse(comment)).data
  } catch {
    return undefined
  }
}
