import { generateKeyPairSync } from 'node:crypto'
import { child, masterSecret, tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { type Tenant } from '../../support/crash-lab.ts'
import { eventually } from '../../support/eventually.ts'
import { KeyLab, keyWorld } from '../../support/key-lab.ts'
import { everyKey } from '../../support/key-rotation/every-key.ts'
import { plansOfLife } from '../../support/key-rotation/plans-of-life.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { condition, untilReady, untilTenant } from '../../support/ready-tenants.ts'
import { formsOf, needle } from '../../support/secret-scan.ts'
import { logEverything, plantAndFind, searchAll } from '../../support/secret-search.ts'
import { type Sink, sinks } from '../../support/secret-sinks.ts'
import { traceCollector } from '../../support/trace-collector.ts'
import { isSettled, tenantWithKeys } from '../../support/workflows/keys.ts'
import { revoke } from '../../support/workflows/revoke.ts'
import { rotation } from '../../support/workflows/rotation.ts'

interface SecretObject extends KubeJson {
  data: Record<string, string>
}

function sinkCalled(name: string, all: readonly Sink[]): Sink {
  const sink = all.find((each) => each.name === name)
  if (sink === undefined) throw new Error(`There is no sink called ${name}.`)
  return sink
}

const strangersKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    format: 'pem',
    type: 'pkcs8',
  }) as string

/** Half a key in the mounted copy and a stranger's in the master: both are refused, and then put back. */
async function damage(
  world: OperatorWorld,
  {
    lab,
    tenant,
    stranger,
    runtimeLogs,
  }: { lab: KeyLab; tenant: Tenant; stranger: string; runtimeLogs: Sink },
): Promise<void> {
  const { client } = world.controlPlane
  const tenantID = (await lab.tenantID(tenant)) ?? ''
  const file = `${(await lab.activeKid(tenantID)) ?? ''}.pem`
  const master = `/api/v1/namespaces/${operatorNamespace}/secrets/${masterSecret.signingKeys(tenantID)}`
  const mounted = `/api/v1/namespaces/${tenantNamespace(tenantID)}/secrets/${child.signingKeys}`
  const { data } = await client.call<SecretObject>('GET', master)
  const pem = Buffer.from(data[file] ?? '', 'base64').toString('utf8')

  await world.operator.kill()
  await client.call('PATCH', mounted, { stringData: { [file]: pem.slice(0, pem.length / 2) } })
  await client.call('PATCH', master, { stringData: { [file]: stranger } })
  await eventually('A pod refusing half a key', async () => {
    // It looks at its keys when somebody asks for them.
    await lab.podKeys(tenantID)
    const logs = await runtimeLogs.read()
    return logs.some(({ text }) => text.includes('signing keys refused'))
  })
  await world.operator.start()
  await untilTenant(lab, tenant, {
    what: 'telling that its keys are lost',
    isSo: async () => condition(await lab.find(tenant), 'KeysReady')?.reason === 'SigningKeysLost',
  })
  await client.call('PATCH', master, { data })
  await untilReady(lab, tenant)
}

async function run({ say }: ProofIO): Promise<Figures> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const operators = await traceCollector()
    const runtimes = await traceCollector()
    ends.push(operators.close, runtimes.close)
    const env = { ...keyWorld.env, ...operators.env, KIAVI_LOG_LEVEL: 'debug', KIAVI_SWEEP_SECONDS: '2' }
    const world = await startOperatorWorld({ ...keyWorld, env, podEnv: runtimes.env, progress: say })
    ends.push(() => world.stop())
    const { sinks: places, close } = sinks(world)
    ends.push(close)
    const plans = await plansOfLife(world)
    ends.push(() => plans.close())
    const traces = [operators.sink("the operator's traces"), runtimes.sink("the runtimes' traces")]
    const all = [...places, plans.sink, ...traces]
    await logEverything(world)
    const lab = new KeyLab(world)
    const tenant = lab.newTenant()
    const search = async (when: string) => {
      await keys.note()
      await plans.note(tenant)
      await searchAll(all, await keys.needles())
      say(`${when}: nothing found in ${all.length} places`)
    }
    const until = (what: string, isSo: () => Promise<boolean>) => untilTenant(lab, tenant, { what, isSo })
    await world.operator.start()
    await tenantWithKeys(lab, tenant)
    const keys = everyKey(world, lab, { ...tenant, tenantID: (await lab.tenantID(tenant)) ?? '' })
    await search('two keys were made')

    await rotation.start(lab, tenant)
    await until('signing with its standby', async () => {
      const { Retiring = [], Published = [] } = await lab.phases(tenant)
      return Retiring.length === 1 && Published.length === 1
    })
    await search('the first retires')
    await until('having destroyed the first', () => rotation.done(lab, tenant))
    await search('the first is gone')

    await revoke.start(lab, tenant)
    await until('having destroyed the second', () => isSettled(lab, tenant, 2))
    await search('the second was revoked')

    const stranger = strangersKey()
    await damage(world, { lab, tenant, stranger, runtimeLogs: sinkCalled("the runtimes' logs", places) })
    await keys.note()
    const wanted = [...(await keys.needles()), needle("a stranger's key", stranger)]
    await searchAll(all, wanted)
    say('keys were damaged and swapped: nothing found; now one is planted in each place')
    const planned = plans.count()
    await world.operator.kill()
    await plantAndFind(all)
    return {
      'private keys, of which two are gone': wanted.length,
      'pieces searched for': wanted.reduce((sum, each) => sum + formsOf(each), 0),
      places: all.length,
      plans: planned,
      found: 0,
      'planted on purpose and found': all.length,
    }
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

export const proof: Proof = {
  claim:
    'No private key, nor 32 letters in a row of one (PEM, DER, a number of its JWK; base64, hex, a list of bytes; encoded once or twice), is in a log, event, status, environment, argument, metric, trace, audit log, plan or other object while keys are made, rotated, revoked, destroyed, damaged and swapped; a scanner finds one planted in each place.',
  needs: 'control-plane',
  minutes: 4,
  run,
}
