import { type CrashLab, type Workflow } from './crash-lab.ts'
import { crashMatrix, sampleOf } from './crash-matrix.ts'
import { type Patience, pointName } from './crash-point.ts'

export interface CrashSample {
  /** Each point that does not hold, and why; `reference` for what undisturbed runs have against each other. */
  broken: Record<string, string[]>
  tried: number
  said: string
}

/** Some points of a crash matrix, spread over all writes of the workflow. */
export async function crashSample<Lab extends CrashLab>(
  lab: Lab,
  workflow: Workflow<Lab>,
  points: number,
  patience: Patience = { limitMs: 90_000, quietMs: 1_500 },
): Promise<CrashSample> {
  const said: string[] = []
  const { reference, results } = await crashMatrix({
    ...{ labs: [lab], workflow, references: 2, choose: sampleOf(points), patience },
    say: (line) => said.push(line),
  })
  const broken = [
    ...(reference.problems.length > 0 ? [['reference', reference.problems] as const] : []),
    ...results.flatMap(({ point, problems }) =>
      problems.length > 0 ? [[pointName(point), problems] as const] : [],
    ),
  ]
  return { broken: Object.fromEntries(broken), tried: results.length, said: said.join('\n') }
}
