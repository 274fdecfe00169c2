import { type BackupName, bundleName, wholeSeconds } from '../../backups/object-name.ts'
import { type BackupLedger } from './ledger.ts'

export interface BackupWish {
  /** Absent: the newest. */
  sequence?: number | undefined
  /** When the backup began, as a person knows it: for where the cluster's own memory was lost. */
  confirmedStartedAt?: Date | undefined
}

/** Which bundle a restore takes: its name, and its hash where the cluster remembers it. */
export interface ChosenBackup {
  of: BackupName
  sha256: string | undefined
}

export type Refused = {
  reason: 'NoBackup' | 'NeverMade' | 'NotInStore' | 'Replaced' | 'NotConfirmed'
  message: string
}

/**
 * Which backup of a tenant is meant. What is newest is known from the ledger and not from the store: whoever can write
 * there can put an old bundle in the place of a new one. `inStore`: names of bundles that have a manifest.
 */
export function chooseBackup(
  wish: BackupWish,
  inStore: readonly BackupName[],
  ledger: BackupLedger | undefined,
): ChosenBackup | Refused {
  return ledger ? chooseKnown(wish, inStore, ledger) : chooseConfirmed(wish, inStore)
}

function chooseKnown(
  wish: BackupWish,
  inStore: readonly BackupName[],
  { sequence: given, newest }: BackupLedger,
): ChosenBackup | Refused {
  const sequence = wish.sequence ?? newest?.sequence
  if (sequence === undefined)
    return refused(
      'NoBackup',
      'No backup of this tenant was completed yet. Make a KiaviBackup, and wait until it is Ready.',
    )
  if (sequence > given)
    return refused(
      'NeverMade',
      `Backup ${sequence} was never made here: the last is ${given}. Name one that was.`,
    )
  const found = inStore.filter((of) => of.sequence === sequence)
  const isNewest = sequence === newest?.sequence
  const meant = isNewest ? found.filter((of) => bundleName(of) === newest.object) : found
  const [of] = meant
  if (!of) return found.length > 0 ? replaced(sequence) : missing(sequence, inStore, isNewest)
  if (meant.length > 1) return replaced(sequence)
  return { of, sha256: isNewest ? newest.sha256 : undefined }
}

/** Without a memory only a person can tell whether what lies there as the newest is the newest that was made. */
function chooseConfirmed(
  { sequence, confirmedStartedAt }: BackupWish,
  inStore: readonly BackupName[],
): ChosenBackup | Refused {
  const wanted = sequence ?? Math.max(0, ...inStore.map((of) => of.sequence))
  const found = inStore.filter((of) => of.sequence === wanted)
  const [of] = found
  if (!of)
    return wanted === 0
      ? refused(
          'NoBackup',
          'No backup of this tenant lies in the store. Look whether it is the right store and tenant ID.',
        )
      : missing(wanted, inStore, false)
  if (found.length > 1) return replaced(wanted)
  if (confirmedStartedAt?.getTime() === of.startedAt.getTime()) return { of, sha256: undefined }
  const begun = wholeSeconds(of.startedAt)
  return refused(
    'NotConfirmed',
    `The cluster lost its memory of which backup is the newest. In the store backup ${wanted} is${sequence === undefined ? ' the newest, and' : ' there, and'} it began at ${begun}. Is that the one you expect? Then write confirmedStartedAt: ${begun}.`,
  )
}

function missing(sequence: number, inStore: readonly BackupName[], isNewest: boolean): Refused {
  const others = inStore.map((of) => of.sequence).sort((a, b) => b - a)
  const there = others.length > 0 ? `There are ${others.slice(0, 10).join(', ')}` : 'There is none'
  const newest = isNewest ? ', the newest that was completed,' : ''
  return refused(
    'NotInStore',
    `Backup ${sequence}${newest} does not lie in the store: its date is past, or somebody took it away. ${there}; name one of them to restore it nevertheless.`,
  )
}

const replaced = (sequence: number) =>
  refused(
    'Replaced',
    `Another bundle lies where backup ${sequence} should. Somebody put it there: name another backup, and find out who.`,
  )

const refused = (reason: Refused['reason'], message: string): Refused => ({ reason, message })
