import { backupFolder, parseObjectName } from '../../backups/object-name.ts'
import { type BackupStore } from '../../providers/backups/port.ts'
import { type JobIO } from '../job.ts'
import { mostReportBytes } from '../report.ts'

export interface FindOrder {
  folder: { installationID: string; tenantID: string }
  /** Absent: all. */
  sequence?: number | undefined
}

export interface FoundBackups {
  /** `<object>=<bytes>` of each, the newest first, joined by a space: as many as a termination message has room for. */
  found: string
  /** How many there are besides. */
  more: number
}

/** What else is in the message, and what JSON makes of it. */
const overheadBytes = 200

/** The bundles of a tenant that have a manifest beside them. Nothing is opened: whoever restores one checks it whole. */
export async function findBackups(
  { folder, sequence }: FindOrder,
  store: BackupStore,
  { signal }: Pick<JobIO, 'signal'>,
): Promise<FoundBackups> {
  const bundles = new Map<string, { sequence: number; bytes: number }>()
  const manifests = new Set<string>()
  for await (const { name, state, bytes } of store.list(backupFolder(folder), signal)) {
    const parsed = state === 'current' ? parseObjectName(name) : undefined
    if (!parsed || (sequence !== undefined && parsed.of.sequence !== sequence)) continue
    if (parsed.part === 'bundle') bundles.set(name, { sequence: parsed.of.sequence, bytes })
    else manifests.add(name.replace(/\.manifest$/, '.age'))
  }
  const whole = [...bundles]
    .filter(([name]) => manifests.has(name))
    .sort(([, a], [, b]) => b.sequence - a.sequence)
    .map(([name, { bytes }]) => `${name}=${String(bytes)}`)
  const told: string[] = []
  let left = mostReportBytes - overheadBytes
  for (const text of whole) {
    left -= text.length + 1
    if (left < 0) break
    told.push(text)
  }
  return { found: told.join(' '), more: whole.length - told.length }
}
