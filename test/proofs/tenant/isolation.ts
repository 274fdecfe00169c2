import { parseArgs } from 'node:util'
import { startNodeWorld } from '../../support/installation/node-world.ts'
import { cross, faults } from '../../support/isolation/cross.ts'
import { foreignCredentials } from '../../support/isolation/foreign-credentials.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

const told = ({ reached, how }: { reached: boolean; how: string }) =>
  `${reached ? 'reached' : 'blocked'} (${how})`

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({ args, options: { name: { type: 'string', default: 'proof-isolation' } } })
  const world = await startNodeWorld({ name: values.name, say })
  try {
    const first = await world.tenant('auth.acme.test')
    const second = await world.tenant('auth.globex.test')
    const rows = await cross(world, first, second, say)
    const credentials = await foreignCredentials(world, first, second)
    for (const { probe, control, withControl, withoutControl, putBack } of rows) {
      console.log(`${probe} [${control}]`)
      console.log(`    with control       ${told(withControl)}`)
      console.log(`    without control    ${told(withoutControl)}`)
      console.log(`    put back           ${told(putBack)}`)
    }
    for (const { credential, atHome, abroad } of credentials) {
      const word = (accepted: boolean) => (accepted ? 'accepted' : 'refused')
      console.log(`${credential} of the first: at home ${word(atHome)}, at the second ${word(abroad)}`)
    }
    const wrong = [
      ...faults(rows),
      ...credentials
        .filter(({ atHome, abroad }) => !atHome || abroad)
        .map(({ credential, atHome, abroad }) => `${credential}: at home ${atHome}, abroad ${abroad}`),
    ]
    claimHolds(wrong.length === 0, wrong.join('\n  '))
    return {
      'probes from a pod of the second tenant': rows.length,
      'blocked with the control, reached without it, blocked again': rows.length,
      'credentials of the first, accepted at home and refused at the second': credentials.length,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    "A second tenant's pod with its own valid credentials reaches neither the first's database nor its service nor its Secrets, and no credential of the first is good at the second; each blocked probe succeeds when its control is taken away.",
  needs: 'node',
  minutes: 5,
  run,
}
