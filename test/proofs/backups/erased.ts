import { storedBytes } from '../../support/backup-store/stored.ts'
import { backUp } from '../../support/installation/back-up.ts'
import { restore } from '../../support/installation/restore.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { eraseOneself, keepTrying, traces } from '../../support/recovery/erased.ts'
import { contentOfArchive, openWithAge } from '../../support/recovery/opened.ts'
import { signedIn, signUpPeople } from '../../support/recovery/people.ts'
import { RecoveryScene } from '../../support/recovery/scene.ts'
import { type TenantClient } from '../../support/tenant-client.ts'

const people = 3

async function staysAbsent(
  scene: RecoveryScene,
  ada: TenantClient,
  userID: string,
  others: TenantClient[],
  during: () => Promise<unknown>,
) {
  const stop = keepTrying(ada)
  await during()
  const back = await signedIn(others)
  const tries = await stop()
  claimHolds(back === others.length, `${back} of ${others.length} others got in after the restore.`)
  claimHolds(tries.in === 0, `Of ${tries.sent} tries of an erased person ${tries.in} got in.`)
  claimHolds(tries.answered > 0, 'No try of the erased person reached the service.')
  const left = await traces(scene.world.postgres, scene.database, userID)
  claimHolds(left === 0, `${left} rows tell of the erased person after the restore.`)
  return tries
}

async function run({ say }: ProofIO): Promise<Figures> {
  const scene = await RecoveryScene.start({ name: 'erased', say })
  try {
    const [ada, ...others] = await signUpPeople(() => scene, people)
    if (ada === undefined) throw new Error('There is nobody to erase.')
    const { object = '', startedAt, users } = await backUp(scene.world.cluster, scene.tenant, 'before')
    const bundle = await storedBytes(scene.place.store, object)
    const content = await contentOfArchive(scene.world.postgres, openWithAge(bundle, await scene.identity()))
    claimHolds(users === people && content['users']?.rows === people, 'The backup does not hold everybody.')
    const { userID, state } = await eraseOneself(ada)
    claimHolds(state === 'Confirmed', `The erasure was ${state}, not Confirmed, within its request.`)
    say('Backed up with everybody in it, then one was erased; restoring in place ...')
    const { tenantID } = scene.tenant
    let erasedSince = 0
    const inPlace = await staysAbsent(scene, ada, userID, others, async () => {
      const told = await restore(
        scene.world.cluster,
        scene.tenant,
        'in-place',
        { mode: 'InPlace', sourceTenantID: tenantID },
        say,
      )
      erasedSince = told.erasedSince ?? 0
    })
    claimHolds(erasedSince === 1, `The restore says that ${erasedSince} were left out.`)

    say('Throwing away the cluster with its Secrets, and the database server; the same backup again ...')
    const { putBack, former } = await scene.loseEverything()
    const anew = await staysAbsent(scene, ada, userID, others, () =>
      restore(
        scene.world.cluster,
        scene.tenant,
        'anew',
        { mode: 'NewTenant', sourceTenantID: former, confirmedStartedAt: startedAt },
        say,
      ),
    )
    return {
      'people in the backup': people,
      'erased since, and confirmed within the request': 1,
      'tries of the erased person while it was restored in place': inPlace.sent,
      'tries while it was restored into a new cluster': anew.sent,
      'of which reached the service': inPlace.answered + anew.answered,
      'of which got in': 0,
      'segments of the journal put back by hand': putBack.segments,
      'rows that tell of the erased person': 0,
    }
  } finally {
    await scene.stop()
  }
}

export const proof: Proof = {
  claim:
    'A person who was erased after the backup is absent before the restored tenant answers its first request, in place and in a cluster rebuilt from the store: she tries to sign in all the while, and never gets in; everybody else does.',
  needs: 'node',
  minutes: 6,
  run,
}
