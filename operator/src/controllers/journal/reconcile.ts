import { masterSecret } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type JournalRow } from '../../providers/database/outbox-port.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { readBackupMaster } from '../backup/master.ts'
import { type ClassWithStore, hasStore } from '../backup/rendering.ts'
import { OperatorError } from '../errors.ts'
import { offlinePlace } from '../recovery/place.ts'
import { readRecords } from '../recovery/record.ts'
import { replacement } from '../tenant/compare/replacement.ts'
import { findClass } from '../tenant/observe/class.ts'
import { keyOf } from '../tenant/tenant.ts'
import { Vault } from '../tenant/vault.ts'
import { type JournalLine, journalText, lineOf } from './lines.ts'
import { lostParts } from './lost.ts'
import { missingLines, nextPrune, nextWrite } from './parts.ts'
import { type JournalPorts } from './ports.ts'
import { keptFrom } from './prune.ts'
import { type JournalPart, readJournal } from './read-journal.ts'
import { journalSecret } from './secret.ts'
import { segmentDates } from './segment.ts'

/** What one look at a tenant's journal came to. */
export interface JournalOutcome {
  /** There is no such tenant. */
  gone: boolean
  /** Entries that were kept and acknowledged. */
  taken: number
  /** There are more rows: look again at once. */
  more: boolean
  error: Error | undefined
}

/** Rows that are taken at once: they fit into one part. */
const batch = 5_000

/** Brings what happened to a tenant's people out of its database. `prune`: takes away what no backup needs any more, too. */
export function createJournalReconciler(ports: JournalPorts) {
  return async function reconcile(
    name: { namespace: string; name: string },
    { prune }: { prune: boolean },
  ): Promise<JournalOutcome> {
    const nothing = { gone: false, taken: 0, more: false, error: undefined }
    try {
      const tenant = ports.memory.tenants().find((each) => keyOf(each) === keyOf(name))
      if (!tenant) return { ...nothing, gone: true }
      const home = await homeOf(tenant, ports)
      const rows = home ? await ports.outbox.readJournal(...home.outbox, batch) : []
      if (!home || (rows.length === 0 && !prune)) return nothing
      await keep(home, rows.map(lineOf), ports)
      if (rows.length > 0) {
        await putSegment(home, rows, ports)
        ports.fence()
        await ports.outbox.takeJournal(
          ...home.outbox,
          rows.map(({ id }) => id),
        )
      }
      return { ...nothing, taken: rows.length, more: rows.length === batch }
    } catch (caught) {
      const error = caught instanceof Error ? caught : new Error(String(caught))
      return { ...nothing, error }
    }
  }
}

interface Home {
  tenantID: string
  owner: { namespace: string; name: string }
  class: ClassWithStore | undefined
  outbox: [server: DatabaseServer, tenantID: string, password: string]
}

/** Where a tenant's journal comes from and goes to; `undefined` while it has no database. */
async function homeOf(
  { namespace, name, tenantID, className }: ReturnType<JournalPorts['memory']['tenants']>[number],
  { cluster, memory, operator, checkKey }: JournalPorts,
): Promise<Home | undefined> {
  if (tenantID === undefined) return undefined
  const status = className === undefined ? {} : { className }
  const found = findClass({ spec: undefined, status }, memory.classes())
  if ('finding' in found) return undefined
  const vault = new Vault(cluster, operator.namespace, checkKey)
  const passwords = await vault.passwords(tenantID)
  const credentials = passwords && (await vault.classCredentials(found.spec))
  if (!passwords || !credentials) return undefined
  if ('missing' in credentials) {
    const { secret, keys } = credentials.missing
    const message = `Secret ${secret} in namespace ${operator.namespace}, which the tenant's class names, must exist with non-empty keys ${keys.join(', ')}.`
    throw new OperatorError('SECRET_MISSING', message, { retry: 'backoff' })
  }
  return {
    ...{ tenantID, owner: { namespace, name } },
    class: hasStore(found.spec) ? found.spec : undefined,
    outbox: [credentials.server, tenantID, passwords.outbox],
  }
}

/** Every line is in a Secret when it ends: one write after the other, each over exactly what was read. */
async function keep(
  { tenantID, owner }: Home,
  lines: readonly JournalLine[],
  { cluster, operator, now }: JournalPorts,
): Promise<void> {
  const { namespace } = operator
  const [master, parts] = await Promise.all([
    cluster.get(kinds.Secret, { namespace, name: masterSecret.backups(tenantID) }),
    readJournal(cluster, namespace, tenantID),
  ])
  const lost = lostParts(tenantID, parts.length, readRecords(master))
  if (lost !== undefined) throw new OperatorError('JOURNAL_LOST', lost, { retry: 'backoff' })
  const from = horizonOf(master, now())
  const write = async ({ part, lines: after }: { part: number; lines: JournalLine[] }) => {
    const object = journalSecret({ tenantID, owner, operator }, { part, lines: after })
    const before: JournalPart | undefined = parts[part]
    const secret = await (before
      ? cluster.replace(kinds.Secret, replacement(object, before.secret))
      : cluster.create(kinds.Secret, object))
    parts[part] = { secret, lines: after }
  }
  const linesOf = () => parts.map((part) => part.lines)
  let left = missingLines(linesOf(), lines)
  while (left.length > 0) {
    const next = nextWrite(linesOf(), left, from)
    if (next === 'full' || next === undefined) {
      const message = `The journal of tenant ${tenantID} has no room for more: its runtime writes far more into it than people do. Look at what it does; nothing that is in its outbox is lost.`
      throw new OperatorError('JOURNAL_FULL', message, { retry: 'backoff' })
    }
    await write(next)
    left = next.left
  }
  for (let old = nextPrune(linesOf(), from); old; old = nextPrune(linesOf(), from)) await write(old)
}

function horizonOf(secret: KubeObject | undefined, now: Date): Date {
  const master = secret && readBackupMaster(secret)
  // What the newest backup is cannot be read: nothing goes.
  if (secret && !master) return new Date(0)
  const newest = master?.ledger.newest
  return keptFrom(now, newest && new Date(newest.startedAt))
}

/** What was read is put into the store, be it for the second time: a person reads all segments, and repeats are dropped. */
async function putSegment(
  { tenantID, class: tenantClass }: Home,
  rows: readonly JournalRow[],
  { cluster, operator, offline, encrypt, fence, now, installationID }: JournalPorts,
): Promise<void> {
  if (!tenantClass) return
  const place = await offlinePlace(tenantClass, cluster, operator.namespace)
  if ('missing' in place) throw new OperatorError('SECRET_MISSING', place.missing, { retry: 'backoff' })
  const text = journalText(rows.map(lineOf))
  const ciphertext = await encrypt(text, [tenantClass.backups.recoveryRecipient])
  fence()
  await offline.put(place, {
    ...{ kind: 'journal', installationID, folder: tenantID, ciphertext },
    ...segmentDates(now()),
  })
}
