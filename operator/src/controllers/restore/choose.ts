import { type BackupName, bundleName, parseObjectName, wholeSeconds } from '../../backups/object-name.ts'
import { type BackupLedger } from '../backup/ledger.ts'
import { type Refused, chooseBackup } from '../backup/choose-backup.ts'
import { type ChosenBundle } from './ledger.ts'

/** A backup of which the cluster remembers name, hash and size: enough to restore it without a look into the store. */
export interface KnownBackup {
  object: string
  sha256: string | undefined
  bytes: number | undefined
}

export interface Wish {
  sequence?: number | undefined
  confirmedStartedAt?: string | undefined
}

/**
 * Which bundle is meant, where the cluster can tell by itself; `undefined` where somebody has to look into the store
 * first. `lives`: its tenant does, so that its newest backup is kept whatever its date.
 */
export function chooseRemembered(
  wish: Wish,
  remembered: BackupLedger | undefined,
  known: readonly KnownBackup[],
  lives: boolean,
): ChosenBundle | Refused | undefined {
  const { sequence } = wish
  const ledger = believed(remembered, wish)
  if (!ledger) return undefined
  const { newest } = ledger
  const wanted = sequence ?? newest?.sequence
  // That there is none, or never was such a one, needs no look either.
  if (wanted === undefined || wanted > ledger.sequence) {
    const refused = chooseBackup({ sequence }, [], ledger)
    return 'reason' in refused ? refused : undefined
  }
  const isNewest = wanted === newest?.sequence
  const found = known.flatMap((each) => {
    const of = parseObjectName(each.object)?.of
    return of?.sequence === wanted ? [{ ...each, of }] : []
  })
  const [one] = isNewest ? found.filter(({ object }) => object === newest.object) : found
  if (!one || (!isNewest && found.length > 1)) return undefined
  const differs = contradicted(one.of, wish)
  if (differs) return differs
  return bundleOf(one.of, {
    sha256: isNewest ? newest.sha256 : one.sha256,
    bytes: one.bytes,
    spared: isNewest && lives,
  })
}

/** The same from what lies in the store. */
export function chooseFound(
  wish: Wish,
  found: readonly { of: BackupName; bytes: number }[],
  remembered: BackupLedger | undefined,
  lives: boolean,
): ChosenBundle | Refused {
  const { sequence, confirmedStartedAt } = wish
  const ledger = believed(remembered, wish)
  const confirmed = confirmedStartedAt === undefined ? undefined : new Date(confirmedStartedAt)
  const inStore = found.map(({ of }) => of)
  const chosen = chooseBackup({ sequence, confirmedStartedAt: confirmed }, inStore, ledger)
  if ('reason' in chosen) return chosen
  const differs = contradicted(chosen.of, wish)
  if (differs) return differs
  const object = bundleName(chosen.of)
  return bundleOf(chosen.of, {
    sha256: chosen.sha256,
    bytes: found.find(({ of }) => bundleName(of) === object)?.bytes,
    spared: ledger?.newest?.object === object && lives,
  })
}

/**
 * The ledger, unless a person confirms a backup that it cannot know: one from a recovery set ends with what there was
 * when the set was written.
 */
function believed(
  ledger: BackupLedger | undefined,
  { sequence, confirmedStartedAt }: Wish,
): BackupLedger | undefined {
  if (!ledger || confirmedStartedAt === undefined) return ledger
  const isLater =
    sequence === undefined
      ? Date.parse(confirmedStartedAt) > Date.parse(ledger.newest?.startedAt ?? '1970-01-01T00:00:00Z')
      : sequence > ledger.sequence
  return isLater ? undefined : ledger
}

/** What a person says of its begin is held against it, also where nobody had to ask. */
function contradicted(
  { sequence, startedAt }: BackupName,
  { confirmedStartedAt }: Wish,
): Refused | undefined {
  if (confirmedStartedAt === undefined || Date.parse(confirmedStartedAt) === startedAt.getTime())
    return undefined
  const message = `Backup ${sequence} began at ${wholeSeconds(startedAt)}, and not at ${confirmedStartedAt}. Write the sequence of the one that you mean, or leave confirmedStartedAt out.`
  return { reason: 'NotConfirmed', message }
}

function bundleOf(
  of: BackupName,
  { sha256, bytes, spared }: { sha256?: string | undefined; bytes?: number | undefined; spared: boolean },
): ChosenBundle {
  return {
    ...{ installationID: of.installationID, tenantID: of.tenantID, sequence: of.sequence },
    ...{ startedAt: wholeSeconds(of.startedAt), expiresAt: wholeSeconds(of.expiresAt) },
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(spared ? { spared } : {}),
  }
}

/** Its name, as the store has it. */
export const nameOf = ({
  installationID,
  tenantID,
  sequence,
  startedAt,
  expiresAt,
}: ChosenBundle): BackupName => ({
  ...{ installationID, tenantID, sequence },
  startedAt: new Date(startedAt),
  expiresAt: new Date(expiresAt),
})
