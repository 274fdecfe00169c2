import { installationSecret, masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { type BackupLedger } from '../../../operator/src/controllers/backup/ledger.ts'
import { backUp } from '../../support/installation/back-up.ts'
import { restore } from '../../support/installation/restore.ts'
import { eventually } from '../../support/eventually.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { drillGaps } from '../../support/recovery/drill-gaps.ts'
import { forge } from '../../support/recovery/forge.ts'
import { signUpPeople } from '../../support/recovery/people.ts'
import { RecoveryScene } from '../../support/recovery/scene.ts'

/** A day's step more than a period: a look comes every half hour. */
const slack = 0.03

function schedule(): Figures {
  const rows = [1, 7, 30].map((everyDays) => {
    const all = Array.from({ length: 20 }, () => drillGaps(everyDays, everyDays === 1 ? 2 : 10))
    return {
      everyDays,
      drills: all.reduce((sum, { drills }) => sum + drills, 0),
      longest: Math.max(...all.map(({ longest }) => longest)),
    }
  })
  for (const { everyDays, longest } of rows)
    claimHolds(longest <= 1 + slack, `Between two drills of every ${everyDays} days lay ${longest} periods.`)
  return Object.fromEntries(
    rows.map(({ everyDays, drills, longest }) => [
      `drills every ${everyDays} days, of 20 tenants: longest time between two, in periods`,
      `${longest.toFixed(3)} of ${drills} drills`,
    ]),
  )
}

/** What a drill has left behind on the server and in the operator's namespace. */
async function leftovers(scene: RecoveryScene): Promise<string[]> {
  const { postgres, cluster } = scene.world
  const sql = await postgres.connect(postgres.superuser)
  const { rows } = await sql.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'kiavi%' AND datname <> $1`,
    [scene.database],
  )
  await sql.end()
  const pods = await cluster.kubectl([
    ...['get', 'pods', '-n', operatorNamespace, '--field-selector=status.phase=Running', '-o'],
    String.raw`jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}`,
  ])
  const running = pods.split('\n').filter((name) => name.startsWith('restore-'))
  return [...rows.map(({ datname }) => datname), ...running]
}

const drill = (scene: RecoveryScene, name: string, say: (line: string) => void) =>
  restore(
    scene.world.cluster,
    scene.tenant,
    name,
    { mode: 'Drill', sourceTenantID: scene.tenant.tenantID },
    say,
  )

/** Fails unless the drill does, and the tenant says so; gives why. */
async function red(scene: RecoveryScene, name: string, code: string, say: (line: string) => void) {
  const error = await drill(scene, name, say).then(
    () => undefined,
    (caught: unknown) => (caught instanceof Error ? caught.message : ''),
  )
  claimHolds(error !== undefined, `Drill ${name} succeeded on a backup that was altered.`)
  const told = await scene.world.cluster.kubectl([
    ...['get', 'kr', name, '-n', scene.tenant.namespace, '-o', 'jsonpath={.status.failureCode}'],
  ])
  claimHolds(told === code, `Drill ${name} failed with ${told}, not ${code}: ${error}`)
  const proven = await eventually('RestoreProven being False', async () => {
    const condition = await scene.condition('RestoreProven')
    return condition?.status === 'False' && condition
  })
  claimHolds(proven.reason === 'DrillFailed', `RestoreProven says ${proven.reason}.`)
  return proven.message
}

/** Somebody who owns the cluster too makes the ledger say what the forged manifest says. */
async function forgeLedger(scene: RecoveryScene, sha256: string): Promise<void> {
  const name = masterSecret.backups(scene.tenant.tenantID)
  const ledger = JSON.parse(await scene.secret(name, 'ledger.json')) as BackupLedger
  if (ledger.newest === undefined) throw new Error('The ledger knows no backup.')
  ledger.newest.sha256 = sha256
  const patch = JSON.stringify({ stringData: { 'ledger.json': `${JSON.stringify(ledger, null, 2)}\n` } })
  await scene.world.cluster.kubectl(['patch', 'secret', name, '-n', operatorNamespace, '-p', patch])
}

async function run({ say }: ProofIO): Promise<Figures> {
  const figures = schedule()
  const scene = await RecoveryScene.start({ name: 'drill', say })
  try {
    await signUpPeople(() => scene, 3)
    const { object = '' } = await backUp(scene.world.cluster, scene.tenant, 'newest')
    const green = await drill(scene, 'untouched', say)
    const proven = await eventually('RestoreProven being True', async () => {
      const condition = await scene.condition('RestoreProven')
      return condition?.status === 'True' && condition
    })
    say(`Green: ${proven.message}`)
    const left = await leftovers(scene)
    claimHolds(left.length === 0, `A drill left behind: ${left.join(', ')}.`)

    const sha256 = await forge({
      ...{ store: scene.place.store, postgres: scene.world.postgres, object },
      identity: await scene.identity(),
      installationKey: await scene.secret(installationSecret.key, 'private.pem'),
    })
    say('One row of the newest backup is another one now, and it is validly signed again')
    const refused = await red(scene, 'signed-again', 'BACKUP_REPLACED', say)
    await forgeLedger(scene, sha256)
    say("The cluster's own record was forged too")
    const differs = await red(scene, 'record-forged-too', 'RESTORE_DIFFERS', say)
    const after = await leftovers(scene)
    claimHolds(after.length === 0, `A red drill left behind: ${after.join(', ')}.`)
    return {
      'green drill: recovery time in status': `${String(green.recoverySeconds)} s`,
      'green drill: people found': green.users ?? 0,
      'red: row altered and signed again': refused,
      "red: the cluster's record of the hash altered too": differs,
      'left behind by three drills': 0,
      ...figures,
    }
  } finally {
    await scene.stop()
  }
}

export const proof: Proof = {
  claim:
    "A drill restores the newest backup, signs in on it with the tenant's runtime, and leaves nothing behind; once one row of that backup was altered and the bundle validly signed again, the next drill is red, also where the cluster's record of its hash was altered too; by the shipped schedule the next drill comes within one period.",
  needs: 'node',
  minutes: 5,
  run,
}
