import { parseArgs } from 'node:util'
import { BenchFailed } from '../../bench/bench.ts'
import { runBenches } from '../../bench/run-benches.ts'
import { calibrationLine, machineLine, rowFigure } from '../../bench/table.ts'
import { ClaimBroken, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  })
  try {
    const report = await runBenches({ names: positionals, quick: values.quick, say })
    return {
      ...Object.fromEntries(report.rows.map((row) => [row.name, rowFigure(row)])),
      calibration: calibrationLine(report),
      machine: machineLine(report),
    }
  } catch (error) {
    if (error instanceof BenchFailed) throw new ClaimBroken(error.message)
    throw error
  }
}

export const proof: Proof = {
  claim:
    'What a sign-in, the JWKS, an idle runtime and a wave of tenants cost, as ratios inside one run (--quick; names of benches).',
  needs: 'control-plane',
  minutes: 6,
  run,
}
