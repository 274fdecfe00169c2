import { instantOf, isInstallationID, isTenantID, numberAndDates } from './object-name.ts'

/** The folder of what is nobody's but the installation's. A tenant ID has ten letters: none is called so. */
export const installationFolder = 'installation'

interface OfflineObject {
  installationID: string
  /** 1, 2, 3 ... per folder and kind, never given twice. */
  number: number
  /** Whole seconds; so is expiresAt. */
  at: Date
  expiresAt: Date
}

/** One segment of a tenant's journal: what happened to people since their backups. Segments are only ever added. */
export interface JournalName extends OfflineObject {
  tenantID: string
}

/** What a lost cluster would take with it, of one tenant or of the installation. A newer number takes an older one's place. */
export interface RecoveryName extends OfflineObject {
  /** A tenant's ID, or `installation`. */
  folder: string
}

/** What lies beside the backups, encrypted to the class's offline recipient. Nothing in the cluster can open it. */
export type OfflineName = { kind: 'journal'; of: JournalName } | { kind: 'recovery'; of: RecoveryName }

export function journalName({ tenantID, ...of }: JournalName): string {
  if (!isTenantID(tenantID)) throw new TypeError('A tenant ID is 10 lower-case letters and digits.')
  return nameOf('journal', tenantID, of)
}

export function recoveryName({ folder, ...of }: RecoveryName): string {
  if (folder !== installationFolder && !isTenantID(folder))
    throw new TypeError(`A recovery set lies in a tenant's folder, or in "${installationFolder}".`)
  return nameOf('recovery', folder, of)
}

/** What a name says; `undefined` for every name that the two functions above do not make. */
export function parseOfflineName(name: string): OfflineName | undefined {
  const [, installationID = '', folder = '', kind, number, at = '', expiresAt = ''] = pattern.exec(name) ?? []
  const of = { installationID, number: Number(number), at: instantOf(at), expiresAt: instantOf(expiresAt) }
  const parsed: OfflineName =
    kind === 'journal'
      ? { kind, of: { ...of, tenantID: folder } }
      : { kind: 'recovery', of: { ...of, folder } }
  try {
    const made = parsed.kind === 'journal' ? journalName(parsed.of) : recoveryName(parsed.of)
    // 31 February and the like come back as another day.
    return made === name ? parsed : undefined
  } catch {
    return undefined
  }
}

const pattern = /^([^/]+)\/([^/]+)\/(journal|recovery)-(\d{8})-(\d{8}T\d{6}Z)-until-(\d{8}T\d{6}Z)\.age$/

function nameOf(kind: OfflineName['kind'], folder: string, of: OfflineObject): string {
  if (!isInstallationID(of.installationID))
    throw new TypeError('An installation ID is lower-case letters, digits and "-".')
  return `${of.installationID}/${folder}/${kind}-${numberAndDates(of.number, of.at, of.expiresAt)}.age`
}
