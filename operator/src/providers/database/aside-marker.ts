import { z } from 'zod'
import { type AsideMarker } from './aside-port.ts'
import { parseComment } from './marker.ts'

const schema = z.object({
  kind: z.enum(['aside', 'before']),
  installationID: z.string(),
  tenantID: z.string(),
  restore: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }),
  since: z.string(),
  until: z.string().exactOptional(),
}) satisfies z.ZodType<AsideMarker>

/** The text of the COMMENT of a database aside: always the same bytes for the same marker. No tenant's marker reads so. */
export function asideMarkerText(marker: AsideMarker): string {
  const { kind, installationID, tenantID, restore, since, until } = marker
  const { namespace, name, uid } = restore
  return JSON.stringify({
    kiaviAside: {
      ...{ kind, installationID, tenantID, restore: { namespace, name, uid }, since },
      ...(until === undefined ? {} : { until }),
    },
  })
}

/** The marker that a COMMENT holds; `undefined` when it is not one of a database aside. */
export const parseAsideMarker = (comment: string | null): AsideMarker | undefined =>
  parseComment(comment, z.object({ kiaviAside: schema }))?.kiaviAside
