import { z } from 'zod'
import { type DatabaseMarker } from './port.ts'

const schema = z.object({
  installationID: z.string(),
  tenantID: z.string(),
  namespace: z.string(),
  name: z.string(),
  host: z.string(),
  rpId: z.string(),
}) satisfies z.ZodType<DatabaseMarker>

/** The text of the database's COMMENT: always the same bytes for the same marker. */
export function markerText(marker: DatabaseMarker): string {
  const { installationID, tenantID, namespace, name, host, rpId } = marker
  return JSON.stringify({ kiavi: { installationID, tenantID, namespace, name, host, rpId } })
}

/** The marker that a COMMENT holds; `undefined` when it is not one of ours. */
export function parseMarker(comment: string | null): DatabaseMarker | undefined {
  if (comment === null) return undefined
  try {
    const parsed = z.object({ kiavi: schema }).safeParse(JSON.parse(comment))
    return parsed.success ? parsed.data.kiavi : undefined
  } catch {
    return undefined
  }
}
