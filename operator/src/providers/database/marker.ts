import { z } from 'zod'
import { type DatabaseMarker } from './port.ts'

const reference = z.object({ namespace: z.string(), name: z.string(), uid: z.string() })

const schema = z.object({
  installationID: z.string(),
  tenantID: z.string(),
  namespace: z.string(),
  name: z.string(),
  host: z.string(),
  rpId: z.string(),
  fence: z.object({ restore: reference, since: z.string() }).exactOptional(),
}) satisfies z.ZodType<DatabaseMarker>

/** The text of the database's COMMENT: always the same bytes for the same marker. */
export function markerText(marker: DatabaseMarker): string {
  const { installationID, tenantID, namespace, name, host, rpId, fence } = marker
  return JSON.stringify({
    kiavi: {
      installationID,
      tenantID,
      namespace,
      name,
      host,
      rpId,
      ...(fence ? { fence: fenceOf(fence) } : {}),
    },
  })
}

const fenceOf = ({ restore, since }: NonNullable<DatabaseMarker['fence']>) => ({
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
