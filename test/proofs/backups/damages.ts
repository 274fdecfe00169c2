import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type Manifest } from '../../../operator/src/backups/manifest.ts'
import { type BackupName, bundleName, manifestName } from '../../../operator/src/backups/object-name.ts'
import { load } from '../../../operator/src/jobs/restore/load.ts'
import { sha256, testInstallation } from '../../support/backup-bundle.ts'
import { carryUnseen } from '../../support/backup-damages/careless-courier.ts'
import { type Damage, type Material, type Shown, damages } from '../../support/backup-damages/damages.ts'
import { shownStore } from '../../support/backup-damages/shown-store.ts'
import { watchTarget } from '../../support/backup-damages/watched-target.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { Random } from '../../support/key-year/random.ts'
import { volumeIn, withStore } from '../../support/lab-store.ts'
import { startPostgres } from '../../support/postgres.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

const sequence = 4
const people = 40

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      /** Only this one, by its number: to look at a failure again. */
      only: { type: 'string' },
    },
  })
  const numbers =
    values.only === undefined
      ? Array.from({ length: Number(values.count) }, (_, at) => at)
      : [Number(values.only)]
  const server = await startPostgres({ version: 18 })
  const lab = new BackupLab(volumeIn)
  try {
    const tenant = await lab.tenant(server, people)
    const name = lab.nameOf(tenant.tenantID, sequence)
    const material = await gather(lab, { server, tenant, name })
    const target = await lab.prepared(server)
    const watched = await watchTarget(server, target)
    const object = bundleName(name)
    const order = () => lab.loadOrder(server, target, { ...name, object })

    const attempt = async (shown: Shown, careless: boolean): Promise<unknown> => {
      if (!careless) {
        const { first, second } = await lab.restore(
          order(),
          {},
          withStore(lab.store, shownStore(object, shown)),
        )
        if (second.status === 'fulfilled') return undefined
        return first.status === 'rejected' ? first.reason : second.reason
      }
      const loading = order()
      const [, second] = await Promise.allSettled([
        carryUnseen(loading, object, shown),
        load(loading, lab.io()),
      ])
      return second.status === 'rejected' ? second.reason : undefined
    }

    say(`seed ${values.seed}: ${String(numbers.length)} damages of ${String(damages.length)} kinds`)
    const refused = new Map<string, number>()
    const kinds = new Map<string, number>()
    let careless = 0
    for (const number of numbers) {
      const random = new Random(values.seed).fork(String(number))
      const damage = damages[number % damages.length] as Damage
      const shown = damage.of(random, material)
      const unseen = damage.besideContent === undefined && random.chance(0.5)
      const again = `npm run prove -- backups/damages --seed ${values.seed} --only ${String(number)}`
      claimHolds(
        differs(shown, material.genuine),
        `Damage ${String(number)} (${damage.how}) changed nothing: ${again}`,
      )
      const error = await attempt(shown, unseen)
      claimHolds(
        isRefusal(error),
        `Damage ${String(number)} (${damage.how}) was not refused, but: ${String(error)}. ${again}`,
      )
      const changes = watched.changes()
      claimHolds(
        changes === 0,
        `Damage ${String(number)} (${damage.how}) touched the target: ${String(changes)} statements. ${again}`,
      )
      if (unseen) careless += 1
      count(kinds, damage.how)
      count(refused, error.code)
      if ((number + 1) % 100 === 0) say(`${String(number + 1)} refused`)
    }

    const genuine = await attempt(material.genuine, false)
    claimHolds(genuine === undefined, `The genuine backup was refused too: ${String(genuine)}`)
    const seen = watched.changes()
    claimHolds(
      seen > 0,
      'The genuine restore left no trace in the log of statements: it would have shown nothing.',
    )
    return {
      seed: values.seed,
      damages: numbers.length,
      'refused before the target was touched': numbers.length,
      'of these refused by the load alone, the courier being careless': careless,
      'statements that would have changed the target': 0,
      ...Object.fromEntries([...kinds].map(([how, times]) => [`  ${how}`, times])),
      ...Object.fromEntries([...refused].toSorted().map(([code, times]) => [`  as ${code}`, times])),
      'control: statements of the genuine restore afterwards': seen,
    }
  } finally {
    await lab.remove()
    await server.stop()
  }
}

interface Source {
  server: Awaited<ReturnType<typeof startPostgres>>
  tenant: LabTenant
  name: BackupName
}

/** The backup in question, and everything genuine that somebody could put in its place. */
async function gather(lab: BackupLab, { server, tenant, name }: Source): Promise<Material> {
  const taken = async (
    of: LabTenant,
    as: BackupName,
    by = lab.installation,
  ): Promise<{ shown: Material['genuine']; facts: Manifest }> => {
    const order = lab.dumpOrder(server, of, as, { installationKey: by.privateKey })
    const { first, second } = await lab.backup(order, { keys: by.keys })
    if (first.status === 'rejected') throw first.reason
    if (second.status === 'rejected') throw second.reason
    const bundle = await contentOf(lab, bundleName(as))
    return {
      shown: { bundle, manifest: await contentOf(lab, manifestName(as)), expiresAt: as.expiresAt },
      facts: first.value,
    }
  }
  const older: Shown[] = []
  for (let number = 1; number < sequence; number++) {
    const startedAt = new Date(name.startedAt.getTime() - (sequence - number) * 86_400_000)
    older.push((await taken(tenant, lab.nameOf(tenant.tenantID, number, startedAt))).shown)
  }
  const { shown: genuine, facts } = await taken(tenant, name)
  const other = await lab.tenant(server, people)
  const neighbour = await taken(other, lab.nameOf(other.tenantID, sequence, name.startedAt))
  const strangers = testInstallation()
  const foreign = await taken(tenant, { ...name, installationID: 'staging' }, strangers)
  const planted = execFileSync(lab.tools.age, ['--encrypt', '--recipient', facts.recipient], {
    input: execFileSync(lab.tools.age, ['--decrypt', '--identity', lab.identity(other.tenantID).file], {
      input: neighbour.shown.bundle,
    }),
  })
  // The manifest of the planted bundle says all that is true of it: only the key is wrong.
  const told = {
    ...facts,
    bundle: { bytes: planted.length, sha256: sha256(planted) },
    plaintext: neighbour.facts.plaintext,
  }
  return {
    genuine,
    facts: told,
    older,
    neighbour: neighbour.shown,
    foreign: foreign.shown,
    planted,
    strangersKey: strangers.privateKey,
  }
}

async function contentOf(lab: BackupLab, object: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of (await lab.store.read({ name: object })).body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const differs = (a: Shown, b: Shown): boolean =>
  a.expiresAt?.getTime() !== b.expiresAt?.getTime() ||
  !same(a.bundle, b.bundle) ||
  !same(a.manifest, b.manifest)

const same = (a: Buffer | undefined, b: Buffer | undefined) =>
  a === undefined || b === undefined ? a === b : a.equals(b)

/** Refused for what the backup is, not because something broke. */
const isRefusal = (error: unknown): error is Error & { code: string } =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(MANIFEST_|BACKUP_|BUNDLE_|STORE_GONE)/.test(error.code)

const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

export const proof: Proof = {
  claim:
    'Whatever is done to a backup in its store (bits flipped, cut, exchanged with another tenant, an old one for the new one, its manifest edited or signed by somebody else) is refused before the database that it was to fill is touched.',
  needs: 'nothing',
  minutes: 8,
  run,
}
