import { ClaimBroken, type Figures } from '../support/proof.ts'
import { BenchFailed } from './bench.ts'
import { type BenchChoice, runBenches } from './run-benches.ts'
import { calibrationLine, machineLine, rowFigure } from './table.ts'

/** Benches as a proof runs them: what cannot be measured breaks its claim. */
export async function figuresOf(choice: BenchChoice): Promise<Figures> {
  try {
    const report = await runBenches(choice)
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
