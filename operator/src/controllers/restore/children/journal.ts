import { masterSecret } from '../../../api/v1alpha1/names.ts'
import { type Mounted } from '../../backup/children/mounts.ts'
import { configMount, joined } from '../../backup/children/volumes.ts'

/** Every part of a tenant's journal, as a file each, in the order of their names. */
export function journalFiles(tenantID: string, parts: number): Mounted {
  if (parts === 0) return { volumes: [], mounts: [] }
  const sources = Array.from({ length: parts }, (_, part) => ({
    secret: {
      name: masterSecret.journal(tenantID, part),
      items: [{ key: 'journal', path: `part-${String(part).padStart(4, '0')}` }],
    },
  }))
  return { volumes: [joined('journal', sources)], mounts: [configMount('journal')] }
}
