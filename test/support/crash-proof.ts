/** Crash matrices of several workflows as one proof: what to type to see a point again, the figures, the claim. */
import { type CrashLab, type Workflow } from './crash-lab.ts'
import { allPoints, crashMatrix, type Matrix, type MatrixOptions } from './crash-matrix.ts'
import { pointName } from './crash-point.ts'
import { claimHolds, type Figures } from './proof.ts'

export interface CrashProofOptions<Lab extends CrashLab> extends Omit<MatrixOptions<Lab>, 'workflow'> {
  /** As `npm run prove` knows it. */
  proof: string
  workflows: readonly Workflow<Lab>[]
}

const isBroken = ({ problems }: Matrix['results'][number]) => problems.length > 0

function figuresOf({ name }: { name: string }, { reference, results }: Matrix, minutes: number): Figures {
  return {
    [`${name}: writes of an undisturbed run`]: reference.writes,
    [`${name}: points, before and after each write`]: allPoints(reference).length,
    [`${name}: points tried`]: results.length,
    [`${name}: points at which the operator was killed`]: results.filter(({ struck }) => struck !== undefined)
      .length,
    [`${name}: points that held`]: results.filter((result) => !isBroken(result)).length,
    [`${name}: most writes that one crash cost`]: Math.max(
      0,
      ...results.map(({ extraWrites }) => extraWrites),
    ),
    [`${name}: minutes`]: Number(minutes.toFixed(1)),
  }
}

/** Fails when an undisturbed run differs from another, or a point does not hold. */
export async function proveCrashes<Lab extends CrashLab>(options: CrashProofOptions<Lab>): Promise<Figures> {
  const { proof, workflows, say } = options
  const figures: Figures = {}
  for (const workflow of workflows) {
    const began = performance.now()
    const matrix = await crashMatrix({ ...options, workflow })
    const { reference, results } = matrix
    const mine = figuresOf(workflow, matrix, (performance.now() - began) / 60_000)
    const broken = results.filter(isBroken).map(({ point }) => pointName(point))
    const which = workflows.length === 1 ? '' : ` --workflow ${workflow.name}`
    for (const point of broken) say(`again: npm run prove -- ${proof}${which} --only ${point}`)
    for (const [what, figure] of Object.entries(mine)) say(`${what}: ${String(figure)}`)
    Object.assign(figures, mine)
    claimHolds(
      reference.problems.length === 0,
      `undisturbed runs of ${workflow.name} differ: ${reference.problems.join('; ')}`,
    )
    claimHolds(
      broken.length === 0,
      `${broken.length} of ${results.length} points of ${workflow.name} do not hold: ${broken.join(', ')}`,
    )
  }
  return figures
}
