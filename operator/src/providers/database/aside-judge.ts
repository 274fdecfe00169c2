import { asideName, databaseNames } from '../../api/v1alpha1/names.ts'
import { type LiveLook } from './aside-catalogue.ts'
import { type AsideKind, type AsideOf } from './aside-port.ts'
import { DatabaseRefused } from './errors.ts'
import { type DatabaseMarker } from './port.ts'

/** What a live look allows. Each throws with a sentence that says what stands in the way. */

type Aside = LiveLook['databases'][number]
type Own = NonNullable<LiveLook['own']>

export const findAside = ({ databases }: LiveLook, kind: AsideKind, number: number): Aside | undefined =>
  databases.find((each) => each.kind === kind && each.number === number)

/** The database aside of this restore. */
export function mine(look: LiveLook, of: AsideOf, number: number): Aside {
  const name = asideName(of.tenantID, 'aside', number)
  const found = findAside(look, 'aside', number)
  if (!found)
    throw refused(`Database ${name} is gone. The restore has to begin anew: make another KiaviRestore.`)
  judgeMine(found, of)
  return found
}

/** Half made: an earlier try came no further than CREATE DATABASE. Nobody was ever in it. */
export const isHalfMade = ({ ours, comment, allowConnections }: Aside): boolean =>
  ours && comment === null && !allowConnections

export function judgeMine({ name, ours, marker }: Aside, of: AsideOf): void {
  const same =
    marker?.kind === 'aside' &&
    marker.installationID === of.installationID &&
    marker.tenantID === of.tenantID &&
    marker.restore.uid === of.restore.uid
  if (!same)
    throw refused(
      `Database ${name} is not of KiaviRestore ${of.restore.name}: its comment says otherwise. Rename or drop it if it is not needed; nothing in it was touched.`,
    )
  if (!ours) throw notOwned(name)
}

/** The marker of the tenant's own database, if it is ours to fence, to open and to replace. */
export function judgeOwn(own: Own, of: AsideOf): DatabaseMarker {
  const { database } = databaseNames(of.tenantID)
  const { marker, ours } = own
  if (marker?.tenantID !== of.tenantID || marker.installationID !== of.installationID)
    throw refused(
      `Database ${database} does not carry this tenant's marker, so it is not replaced. Rename it, or give it its comment back.`,
    )
  if (!ours) throw notOwned(database)
  return marker
}

export function refused(message: string): DatabaseRefused {
  return new DatabaseRefused(message)
}

const notOwned = (name: string) =>
  refused(`Database ${name} does not belong to the administrator that the class names. Give it to them.`)
