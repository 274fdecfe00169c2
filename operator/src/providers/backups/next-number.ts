import { parseOfflineName } from '../../backups/offline-name.ts'
import { type OfflineObject } from './offline-port.ts'

/** The number after the highest that any object of the kind has in this list, be it older, hidden or past its date. */
export function nextNumber(
  names: Iterable<string>,
  { kind, folder }: Pick<OfflineObject, 'kind' | 'folder'>,
): number {
  let highest = 0
  for (const name of names) {
    const parsed = parseOfflineName(name)
    if (parsed?.kind !== kind) continue
    const of = parsed.kind === 'journal' ? parsed.of.tenantID : parsed.of.folder
    if (of === folder) highest = Math.max(highest, parsed.of.number)
  }
  return highest + 1
}
