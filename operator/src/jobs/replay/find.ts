import { type KeyObject } from 'node:crypto'
import { type Session } from '../../providers/database/connections.ts'
import { type Deeds } from './deeds.ts'
import { subjectOf, uuidBytes } from './subjects.ts'

/** Rows that are read at once. */
const page = 20_000

export interface Found {
  erased: string[]
  disabled: string[]
  active: string[]
  passkeys: Uint8Array[]
}

/**
 * Whom the journal means. The subjects cannot be turned back, so everybody's own is computed and looked up. People who are
 * in the state already are left out, and so are passkeys of the erased.
 */
export async function findSubjects(session: Session, deeds: Deeds, key: KeyObject): Promise<Found> {
  const found: Found = { erased: [], disabled: [], active: [], passkeys: [] }
  if (deeds.erased.size + deeds.states.size > 0)
    for await (const { id, state } of pages<{ id: string; state: string }>(session, peoplePage, firstUuid)) {
      const subject = subjectOf(key, uuidBytes(id))
      const last = deeds.states.get(subject)
      if (deeds.erased.has(subject)) found.erased.push(id)
      else if (last !== undefined && last !== state) found[last].push(id)
    }
  if (deeds.removed.size > 0)
    for await (const { id } of pages<{ id: Uint8Array }>(session, passkeysPage, Buffer.alloc(0)))
      if (deeds.removed.has(subjectOf(key, id))) found.passkeys.push(id)
  return found
}

/** No random UUID is it. */
const firstUuid = '00000000-0000-0000-0000-000000000000'

const peoplePage = 'SELECT id::text AS id, state FROM auth.users WHERE id > $1 ORDER BY id LIMIT $2'
const passkeysPage =
  'SELECT credential_id AS id FROM auth.passkeys WHERE credential_id > $1 ORDER BY credential_id LIMIT $2'

async function* pages<Row extends { id: unknown }>(
  session: Session,
  sql: string,
  first: Row['id'],
): AsyncGenerator<Row, void, undefined> {
  for (let after = first; ;) {
    const rows = (await session.query(sql, [after, page])) as unknown as Row[]
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < page) return
    after = last.id
  }
}
