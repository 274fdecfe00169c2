/** A tenant whose outbox, journal and store are in memory, beside the simulated cluster of backups. */
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { parseOfflineName } from '../../../../operator/src/backups/offline-name.ts'
import { lineOf, parseJournal } from '../../../../operator/src/controllers/journal/lines.ts'
import { type JournalPorts } from '../../../../operator/src/controllers/journal/ports.ts'
import { createJournalReconciler } from '../../../../operator/src/controllers/journal/reconcile.ts'
import { readJournalSecret } from '../../../../operator/src/controllers/journal/secret.ts'
import { type RecoveryPorts } from '../../../../operator/src/controllers/recovery/ports.ts'
import { createRecovery } from '../../../../operator/src/controllers/recovery/reconcile.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import {
  type OfflineObject,
  type OfflinePlace,
} from '../../../../operator/src/providers/backups/offline-port.ts'
import { type JournalRow } from '../../../../operator/src/providers/database/outbox-port.ts'
import { nextNumber } from '../../../../operator/src/providers/backups/next-number.ts'
import { journalName, recoveryName } from '../../../../operator/src/backups/offline-name.ts'
import { backupWorld, name } from '../backup/backup-world.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'

export const rowOf = (
  id: number,
  at = '2026-01-01T11:00:00.000000Z',
  kind = 'person_erased',
): JournalRow => ({
  ...{ id: String(id), kind, at },
  subject: Buffer.alloc(32, id).toString('base64url'),
})

export interface Put extends Omit<OfflineObject, 'ciphertext'> {
  name: string
  place: OfflinePlace
  text: string
  recipients: string[]
}

interface KeptOptions {
  crashAt?: number
  hasStore?: boolean
  /** Real ones, in the place of those in memory. */
  hands?: Partial<Pick<RecoveryPorts, 'offline' | 'encrypt'>>
}

/** `crashAt` counts the moments before and after each write, wherever it goes. */
export function keptWorld({ crashAt = Infinity, hasStore = true, hands = {} }: KeptOptions = {}) {
  let moments = 0
  const wrote = (what: string) => {
    moments += 1
    if (moments === crashAt) throw new Error(`Crash ${what}.`)
  }
  const one = backupWorld({ wrote })
  const secret = (secretName: string, files: Record<string, string>): KubeObject => ({
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: encode(files) },
    metadata: { name: secretName, namespace: operator.namespace },
  })
  const password = 'p'.repeat(32)
  const passwords = { owner: password, app: password, backup: password, outbox: password }
  one.cluster.put(secret(masterSecret.database(tenantID), passwords))
  one.cluster.put(secret('database-admin', { username: 'kiavi', password: 'secret' }))
  if (!hasStore) {
    const tenantClass = one.cluster.objects.get(keyOf('KiaviTenantClass', { name: 'default' }))!
    one.cluster.put({ ...tenantClass, spec: { ...(tenantClass['spec'] as object), backups: undefined } })
  }
  const rows = new Map<string, JournalRow>()
  const puts: Put[] = []
  const acknowledged: string[] = []
  let storeFails: Error | undefined

  const journal = (): string[] => {
    const parts: string[] = []
    for (let part = 0; ; part += 1) {
      const found = one.cluster.objects.get(secretKey(masterSecret.journal(tenantID, part)))
      if (!found) return parts
      parts.push(...(readJournalSecret(found) ?? ['unreadable']))
    }
  }
  const segments = () =>
    puts.filter(({ kind }) => kind === 'journal').flatMap(({ text }) => parseJournal(text) ?? [])

  const outbox: JournalPorts['outbox'] = {
    readJournal: (_server, _tenantID, given, limit) =>
      given === password
        ? Promise.resolve([...rows.values()].slice(0, limit))
        : Promise.reject(new Error('The password is wrong.')),
    takeJournal: async (_server, _tenantID, _password, ids) => {
      wrote('before the rows are deleted')
      for (const id of ids) {
        const row = rows.get(id)
        if (!row) continue
        const [kept, stored] = [journal(), segments()].map((lines) => lines.includes(lineOf(row)))
        if (!kept || (!stored && hasStore && !hands.offline))
          throw new Error(`Row ${id} would be lost: kept ${kept}, stored ${stored}.`)
        rows.delete(id)
        acknowledged.push(id)
      }
      wrote('after the rows are deleted')
      return Promise.resolve()
    },
  }
  const offline: RecoveryPorts['offline'] = {
    put: async (place, { ciphertext, ...object }) => {
      wrote('before it is put')
      if (storeFails) throw storeFails
      const number = nextNumber(
        puts.map((put) => put.name),
        object,
      )
      const { installationID, folder, at, expiresAt } = object
      const of = { installationID, number, at, expiresAt }
      const put =
        object.kind === 'journal' ? journalName({ ...of, tenantID: folder }) : recoveryName({ ...of, folder })
      const { text, recipients } = JSON.parse(Buffer.from(ciphertext).toString()) as Put
      puts.push({ ...object, place, name: put, text, recipients })
      wrote('after it was put')
      return Promise.resolve({ name: put, number, version: `v${number}` })
    },
    has: (_place, stored) => Promise.resolve(puts.some((put) => put.name === stored.name)),
  }
  const ports = {
    ...one.ports,
    ...{ outbox, offline, checkKey: () => {}, fence: () => {} },
    encrypt: (text: string, recipients: readonly string[]) =>
      Promise.resolve(Buffer.from(JSON.stringify({ text, recipients }))),
    ...hands,
  }
  const processes = () => ({ pull: createJournalReconciler(ports), recover: createRecovery(ports) })
  let running = processes()
  return {
    ...one,
    ...{ ports, rows, puts, acknowledged, journal, segments },
    moments: () => moments,
    write: (...more: JournalRow[]) => {
      for (const row of more) rows.set(row.id, row)
    },
    pull: (prune = false) => running.pull(name, { prune }),
    recover: (whose: typeof name | undefined = name, ask = false) => running.recover(whose, { ask }),
    recoverInstallation: (ask = false) => running.recover(undefined, { ask }),
    restart: () => {
      one.restart()
      running = processes()
    },
    storeFails: (error: Error | undefined) => {
      storeFails = error
    },
    sets: (folder: string) => puts.filter((put) => put.kind === 'recovery' && put.folder === folder),
    numbers: (of: readonly Put[]) => of.map((put) => parseOfflineName(put.name)?.of.number),
  }
}

export const secretKey = (secret: string) => keyOf('Secret', { namespace: operator.namespace, name: secret })
