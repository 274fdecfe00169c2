/** Where a backup lies in its store, below the class's prefix. The dates are in the name, so that a list is enough to sweep. */
export interface BackupName {
  installationID: string
  tenantID: string
  /** 1, 2, 3 ... per tenant, never given twice. */
  sequence: number
  /** Whole seconds; so is expiresAt. */
  startedAt: Date
  expiresAt: Date
}

export const mostSequence = 99_999_999

const installation = /^[0-9a-z][0-9a-z-]{0,62}$/
const tenant = /^[a-z][a-z0-9]{9}$/
const pattern = /^([^/]+)\/([^/]+)\/(\d{8})-(\d{8}T\d{6}Z)-until-(\d{8}T\d{6}Z)\.(age|manifest)$/

export const isInstallationID = (text: string): boolean => installation.test(text)
export const isTenantID = (text: string): boolean => tenant.test(text)

/** The folder with all that is one tenant's. */
export const backupFolder = ({ installationID, tenantID }: Pick<BackupName, 'installationID' | 'tenantID'>) =>
  `${installationID}/${tenantID}`

/** The encrypted dump. */
export const bundleName = (name: BackupName): string => `${stem(name)}.age`

/** The signed manifest beside it. A bundle without one is no backup. */
export const manifestName = (name: BackupName): string => `${stem(name)}.manifest`

/** What a name says; `undefined` for every name that the two functions above do not make. */
export function parseObjectName(name: string): { of: BackupName; part: 'bundle' | 'manifest' } | undefined {
  const [, installationID = '', tenantID = '', sequence, startedAt = '', expiresAt = '', suffix] =
    pattern.exec(name) ?? []
  const of = {
    installationID,
    tenantID,
    sequence: Number(sequence),
    startedAt: instantOf(startedAt),
    expiresAt: instantOf(expiresAt),
  }
  const part = suffix === 'age' ? 'bundle' : 'manifest'
  try {
    const made = part === 'bundle' ? bundleName(of) : manifestName(of)
    // 31 February and the like come back as another day.
    return made === name ? { of, part } : undefined
  } catch {
    return undefined
  }
}

/** `2026-11-22T02:00:00Z`: how manifest and store write an instant. */
export function wholeSeconds(date: Date): string {
  if (Number.isNaN(date.getTime()) || date.getUTCMilliseconds() !== 0)
    throw new TypeError('Dates of backups are whole seconds.')
  return date.toISOString().replace('.000Z', 'Z')
}

function stem({ installationID, tenantID, sequence, startedAt, expiresAt }: BackupName): string {
  if (!isInstallationID(installationID))
    throw new TypeError('An installation ID is lower-case letters, digits and "-".')
  if (!isTenantID(tenantID)) throw new TypeError('A tenant ID is 10 lower-case letters and digits.')
  return `${installationID}/${tenantID}/${numberAndDates(sequence, startedAt, expiresAt)}`
}

/** `00000042-20261122T020000Z-until-20261222T020000Z`: what every name in the store says of its object. */
export function numberAndDates(number: number, at: Date, expiresAt: Date): string {
  if (!Number.isInteger(number) || number < 1 || number > mostSequence)
    throw new TypeError(`A sequence number is 1 to ${String(mostSequence)}.`)
  return `${String(number).padStart(8, '0')}-${compact(at)}-until-${compact(expiresAt)}`
}

const compact = (date: Date) => {
  const text = wholeSeconds(date).replaceAll(/[-:]/g, '')
  if (text.length !== 16) throw new TypeError('Years of backups have four digits.')
  return text
}

/** Of an instant as a name has it; no date at all where it is none. */
export const instantOf = (text: string) =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
