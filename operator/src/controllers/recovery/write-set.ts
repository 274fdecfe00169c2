import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type OfflinePlace } from '../../providers/backups/offline-port.ts'
import { type ClassWithStore } from '../backup/rendering.ts'
import { OperatorError } from '../errors.ts'
import { type SetDigests, listOf } from './contents.ts'
import { setDates, whyWrite } from './decide.ts'
import { offlinePlace, placeKey } from './place.ts'
import { type RecoveryPorts } from './ports.ts'
import { type RecoveryRecord, readRecords, withRecord } from './record.ts'
import { signedSet } from './sign.ts'

/** A set that there should be. */
export interface WantedSet {
  /** A tenant's ID, or `installation`. */
  folder: string
  /** A class whose store it lies in. */
  class: ClassWithStore
  recipients: readonly string[]
  secrets: readonly KubeObject[]
  /** The Secret that the record is kept on: one of those. */
  noteOn: KubeObject
  digests: SetDigests
  /** What the installation signs with. */
  pem: string
}

/**
 * Writes a set where there is none that is good enough: into the store first, then the record. A crash in between costs a
 * number. `why`: what was written, and why; `record`: the newest there is.
 */
export async function writeSet(
  wanted: WantedSet,
  ports: RecoveryPorts,
  { ask }: { ask: boolean },
): Promise<{ why: string | undefined; record: RecoveryRecord }> {
  const { cluster, operator, offline, encrypt, fence, installationID } = ports
  const { folder, digests, noteOn } = wanted
  const now = ports.now()
  const key = placeKey(wanted.class)
  const before = readRecords(noteOn)[key]
  const open = () => openPlace(wanted.class, ports)
  let why = whyWrite(before, digests, { at: now, there: undefined })
  if (why === undefined && before && ask) {
    const there = (await offline.has(await open(), stored(before))) ?? 'unknown'
    why = whyWrite(before, digests, { at: now, there })
  }
  if (why === undefined && before) return { why, record: before }
  const dates = setDates(now)
  const text = signedSet(listOf(wanted.secrets), { folder, installationID, at: dates.at }, wanted.pem)
  const ciphertext = await encrypt(text, wanted.recipients)
  const place = await open()
  fence()
  const put = await offline.put(place, { kind: 'recovery', installationID, folder, ...dates, ciphertext })
  const record: RecoveryRecord = {
    ...{ number: put.number, object: put.name },
    ...(put.version === undefined ? {} : { version: put.version }),
    ...{ at: dates.at.toISOString(), expiresAt: dates.expiresAt.toISOString() },
    ...digests,
  }
  // On it as it is by now: what moved on since is in the next set.
  const { name } = noteOn.metadata
  const live = await cluster.get(kinds.Secret, { namespace: operator.namespace, name })
  if (live) await cluster.replace(kinds.Secret, withRecord(live, key, record))
  return { why, record }
}

async function openPlace(
  tenantClass: ClassWithStore,
  { cluster, operator }: RecoveryPorts,
): Promise<OfflinePlace> {
  const place = await offlinePlace(tenantClass, cluster, operator.namespace)
  if ('missing' in place) throw new OperatorError('SECRET_MISSING', place.missing, { retry: 'backoff' })
  return place
}

const stored = ({ object, number, version }: RecoveryRecord) => ({ name: object, number, version })
