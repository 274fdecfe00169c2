import { StoreRefused } from '../../providers/backups/errors.ts'
import { type StoredObject } from '../../providers/backups/port.ts'

/** What lies in one tenant's folder, or in none of ours. */
export interface Folder {
  /** Of ours: below the store's prefix. */
  name: string | undefined
  objects: StoredObject[]
}

/**
 * A store's list folder by folder, so that never more than one tenant's is in memory. What lies in no folder of this
 * installation comes one by one. Throws where a folder comes twice: who judges half a folder removes the wrong half.
 */
export async function* byFolder(
  list: AsyncIterable<StoredObject>,
  installationID: string,
): AsyncGenerator<Folder, void, undefined> {
  const seen = new Set<string>()
  let open: { name: string; objects: StoredObject[] } | undefined
  for await (const object of list) {
    const name = folderOf(object.name, installationID)
    if (open && open.name !== name) {
      yield open
      open = undefined
    }
    if (name === undefined) yield { name, objects: [object] }
    else if (open) open.objects.push(object)
    else {
      if (seen.has(name)) throw outOfOrder(name)
      seen.add(name)
      open = { name, objects: [object] }
    }
  }
  if (open) yield open
}

function folderOf(name: string, installationID: string): string | undefined {
  const [top, folder, ...rest] = name.split('/')
  return top === installationID && folder !== undefined && rest.length > 0 ? `${top}/${folder}` : undefined
}

const outOfOrder = (folder: string) =>
  new StoreRefused(
    `Listing the store: ${folder} came in two pieces. Nothing is judged by a list that is not in order: look at what lies before the store.`,
  )
