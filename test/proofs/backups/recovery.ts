import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { storedBytes } from '../../support/backup-store/stored.ts'
import { eventually } from '../../support/eventually.ts'
import { backUp } from '../../support/installation/back-up.ts'
import { restore } from '../../support/installation/restore.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { type Content } from '../../support/recovery/crowd.ts'
import { contentOfArchive, openWithAge } from '../../support/recovery/opened.ts'
import { type People, signedIn, signUpPeople } from '../../support/recovery/people.ts'
import { newestRecoverySets } from '../../support/recovery/recovery-sets.ts'
import { RecoveryScene } from '../../support/recovery/scene.ts'
import { type LoadReport, startLoad } from '../../support/rollout/load.ts'

const told = (content: Content) =>
  Object.entries(content)
    .map(([table, { rows }]) => `${rows} ${table}`)
    .join(', ')

/** A backup while people come and go; with what is in its bundle, by the age tool and a server's own count. */
async function underLoad(scene: RecoveryScene, name: string) {
  const { world, tenant, place } = scene
  const { issuer, host } = tenant
  const load = await startLoad({ issuer, rpId: host, reach: world.reach, people: 4 })
  let report: LoadReport
  let status: Awaited<ReturnType<typeof backUp>>
  try {
    status = await backUp(world.cluster, tenant, name, 600_000)
  } finally {
    report = await load.stop()
  }
  const { failures, requests } = report
  claimHolds(
    failures.length === 0,
    `Under a backup ${failures.length} requests failed: ${failures[0]?.error ?? ''}`,
  )
  const bundle = await storedBytes(place.store, status.object ?? '')
  const content = await contentOfArchive(world.postgres, openWithAge(bundle, await scene.identity()))
  for (const stranger of [makeAgeIdentity(randomBytes), place.recovery])
    claimHolds(!opens(bundle, stranger.identity), 'The bundle opens with a key that is not its own.')
  return { status, content, requests: Object.values(requests).reduce((sum, each) => sum + each, 0) }
}

function opens(bundle: Uint8Array, identity: string): boolean {
  try {
    openWithAge(bundle, identity)
    return true
  } catch (error) {
    if (String((error as { stderr?: Buffer }).stderr).includes('no identity matched')) return false
    throw error
  }
}

async function holdsAgain(scene: RecoveryScene, wanted: Content, people: People): Promise<void> {
  const found = await scene.content()
  claimHolds(
    JSON.stringify(found) === JSON.stringify(wanted),
    `What was restored is not what was backed up: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}.`,
  )
  const count = await signedIn(people)
  claimHolds(count === people.length, `${count} of ${people.length} people got in with their passkeys.`)
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({ args, options: { people: { type: 'string', default: '100000' } } })
  const crowd = Number(values.people)
  const scene = await RecoveryScene.start({ name: 'recovery', say })
  try {
    await scene.crowd(crowd)
    const people = await signUpPeople(() => scene, 5)
    say(`${crowd} people are there; backing them up while some come and go`)
    const first = await underLoad(scene, 'first')
    say(`Backed up: ${told(first.content)}, ${first.status.bytes ?? 0} bytes. Destroying the database ...`)
    await scene.destroyDatabase()
    await scene.until('DatabaseLost')
    const began = Date.now()
    const { tenantID } = scene.tenant
    const inPlace = await restore(
      scene.world.cluster,
      scene.tenant,
      'after-the-loss',
      { mode: 'InPlace', sourceTenantID: tenantID },
      say,
    )
    const inPlaceSeconds = (Date.now() - began) / 1000
    await holdsAgain(scene, first.content, people)

    const second = await underLoad(scene, 'second')
    await eventually(
      'The recovery sets of tenant and installation',
      async () => (await newestRecoverySets(scene.place.store)).length === 2,
      120_000,
    )
    say('Throwing away the cluster with its Secrets, and the database server ...')
    const lost = Date.now()
    const { putBack, former } = await scene.loseEverything()
    const anew = await restore(
      scene.world.cluster,
      scene.tenant,
      'after-the-fire',
      {
        ...{ mode: 'NewTenant', sourceTenantID: former },
        confirmedStartedAt: second.status.startedAt,
      },
      say,
    )
    const anewSeconds = (Date.now() - lost) / 1000
    await holdsAgain(scene, second.content, people)
    return {
      'people in the database': inPlace.users ?? 0,
      'requests while two backups ran': first.requests + second.requests,
      'of which failed': 0,
      'bytes of the bundle': first.status.bytes ?? 0,
      'in place: recovery time in status': `${String(inPlace.recoverySeconds)} s`,
      'in place: seconds until the tenant served again': Number(inPlaceSeconds.toFixed(1)),
      'recovery sets put back': putBack.sets,
      'cluster and server thrown away: recovery time in status': `${String(anew.recoverySeconds)} s`,
      'cluster and server thrown away: seconds until it served again, cluster and server made anew': Number(
        anewSeconds.toFixed(1),
      ),
      'counts and checksums that differ': 0,
      'people who got in with the same passkeys, each time': people.length,
    }
  } finally {
    await scene.stop()
  }
}

export const proof: Proof = {
  claim:
    'A tenant with 100,000 people, backed up under load: its bundle opens with the age tool and its key and with no other; its database destroyed, it is restored in place with equal counts and checksums, and the same passkeys sign in; then cluster, Secrets and database server are thrown away, and it is rebuilt from the store, the YAML and the offline recovery key: the same again (--people N).',
  needs: 'node',
  minutes: 12,
  run,
}
