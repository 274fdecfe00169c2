import { operatorNamespace } from '../../support/operator-world/names.ts'
import { eventually } from '../../support/eventually.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { untilTenant } from '../../support/ready-tenants.ts'
import { storedBytes, storedNames } from '../../support/backup-store/stored.ts'
import { formsOf, needle } from '../../support/secret-scan.ts'
import {
  logEverything,
  needlesOf,
  plantAndFind,
  searchAll,
  storedSecrets,
  visit,
} from '../../support/secret-search.ts'
import { type Sink, sinks } from '../../support/secret-sinks.ts'
import { StoreLab } from '../../support/store-lab.ts'
import { backedUp, isCompleted } from '../../support/workflows/backup.ts'
import { restore } from '../../support/workflows/restore.ts'

/** What lies in the store, as whoever may read the bucket has it. */
const storeSink = ({ store }: StoreLab): Sink => ({
  name: 'the store',
  read: async () =>
    Promise.all(
      (await storedNames(store)).map(async (name) => ({
        text: `${name}\n${Buffer.from(await storedBytes(store, name)).toString('latin1')}`,
      })),
    ),
  plant: (secret) => store.put('planted', secret),
})

/** A store that refuses the credential: what is told of it must not tell more. */
async function refused(lab: StoreLab, tenant: ReturnType<StoreLab['newTenant']>): Promise<void> {
  const { client } = lab.world.controlPlane
  const secret = `/api/v1/namespaces/${operatorNamespace}/secrets/${lab.secretName}`
  const { secretAccessKey } = lab.store.options().credentials
  await client.call('PATCH', secret, {
    stringData: { secretAccessKey: 'wrong-key-for-the-store-of-backups' },
  })
  await lab.backUp(tenant, 'refused')
  await eventually(
    'A backup that the store refuses',
    async () => (await lab.backup(tenant, 'refused'))?.status?.lastFailure,
    90_000,
  )
  await client.call('PATCH', secret, { stringData: { secretAccessKey } })
}

async function run({ say }: ProofIO): Promise<Figures> {
  const lab = await StoreLab.start({ progress: say, env: { KIAVI_LOG_LEVEL: 'debug' } })
  const { world } = lab
  const { sinks: places, close } = sinks(world, [lab.store.pid])
  const all = [...places, storeSink(lab)]
  try {
    await logEverything(world)
    await lab.startOperator()
    const tenant = lab.newTenant()
    await backedUp(lab, tenant)
    const tenantID = (await lab.tenantID(tenant)) ?? ''
    const tokens = await visit(world, { ...tenant, tenantID })
    await lab.backUp(tenant, 'second')
    const until = (what: string, isSo: () => Promise<boolean>) => untilTenant(lab, tenant, { what, isSo })
    await until('being backed up again', () => isCompleted(lab, tenant, 'second'))
    say('backed up; now the store refuses its credential')
    await refused(lab, tenant)
    await restore.start(lab, tenant)
    await until('being restored', () => restore.done(lab, tenant))
    say('restored in place')
    const secrets = [
      needle('the password of the superuser', world.postgres.superuser.password),
      ...needlesOf(await storedSecrets(world)),
      ...tokens,
    ]
    for (const file of ['identity', 'private.pem', 'secretAccessKey'])
      claimHolds(
        secrets.some(({ label }) => label.endsWith(` ${file}`)),
        `There is no ${file} to search for.`,
      )
    await searchAll(all, secrets)
    say(`nothing found in ${all.length} places; now one is planted in each`)
    await world.operator.kill()
    await plantAndFind(all)
    return {
      secrets: new Set(secrets.map(({ label }) => label)).size,
      'spellings searched for': secrets.reduce((sum, each) => sum + formsOf(each), 0),
      places: all.length,
      found: 0,
      'planted on purpose and found': all.length,
    }
  } finally {
    await close()
    await lab.stop()
  }
}

export const proof: Proof = {
  claim:
    'No secret (what opens backups, the key that signs them, the credential of the store, passwords, tokens) is in a log, event, status, environment, argument, metric, other object or in the store: searched while a tenant is backed up, refused by its store and restored, by a scanner that finds one planted in each place.',
  needs: 'control-plane',
  minutes: 3,
  run,
}
