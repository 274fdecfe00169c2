import { asideName, databaseNames } from '../../../api/v1alpha1/names.ts'
import { documentText } from '../../../backups/documents.ts'
import { storePlace } from '../../backup/children/document.ts'
import { tenantDocument } from '../../tenant/children/tenant-document.ts'
import { type ChosenBundle } from '../ledger.ts'
import { type RestoreRendering } from '../rendering.ts'

/** How long a container waits for the other one, its image being pulled meanwhile. */
const peerWaitSeconds = 900
/** How long the runtime may take to answer once its container was started. */
const waitSeconds = 240

/** `job.json` of the Job that looks into the store. */
export const findDocument = ({ installationID, source, class: tenantClass }: RestoreRendering): string =>
  documentText({
    folder: { installationID, tenantID: source.tenantID },
    ...(source.sequence === undefined ? {} : { sequence: source.sequence }),
    store: storePlace(tenantClass),
  })

/** Of the one that fills the database aside. */
export function loadDocument(rendering: RestoreRendering): string {
  const { class: tenantClass, installationKeys, newestSchemaVersion } = rendering
  const of = bundle(rendering)
  return documentText({
    ...{ backup: nameOf(of), database: databaseOf(rendering), store: storePlace(tenantClass) },
    ...(of.sha256 === undefined ? {} : { sha256: of.sha256 }),
    ...(of.spared === true ? { spared: true } : {}),
    ...{ installationKeys, peerWaitSeconds, newestSchemaVersion },
  })
}

/** Of the one that does to it what happened since. */
export const replayDocument = (rendering: RestoreRendering): string =>
  documentText({ backup: nameOf(bundle(rendering)), database: databaseOf(rendering) })

/** Of the one that signs in on it. */
export function probeDocument(rendering: RestoreRendering): string {
  const { issuer, passkeys } = tenantDocument(rendering.tenant)
  const { rpId, allowedOrigins } = passkeys
  return documentText({
    url: 'http://127.0.0.1:8080',
    ...{ issuer, origin: allowedOrigins[0] ?? issuer, rpId, waitSeconds },
  })
}

/** tenant.json of a runtime on the database aside: as its own, but for the database, and for how much of it it takes. */
export function asideDocument(rendering: RestoreRendering): string {
  const document = tenantDocument(rendering.tenant)
  const name = asideName(rendering.tenantID, 'aside', rendering.current.number)
  const aside = { ...document, database: { ...document.database, name, poolSize: 1 } }
  return `${JSON.stringify(aside, undefined, 2)}\n`
}

function databaseOf({ tenantID, current, class: { database } }: RestoreRendering) {
  const { host, port, tls } = database
  const name = asideName(tenantID, 'aside', current.number)
  const username = databaseNames(tenantID).owner
  return { host, port, tls: tls === 'Disable' ? 'disable' : 'verify-full', name, username } as const
}

function bundle({ current: { of } }: RestoreRendering): ChosenBundle {
  if (!of) throw new TypeError('A Job was planned before a backup was chosen.')
  return of
}

const nameOf = ({ installationID, tenantID, sequence, startedAt, expiresAt }: ChosenBundle) => ({
  ...{ installationID, tenantID, sequence, startedAt, expiresAt },
})
