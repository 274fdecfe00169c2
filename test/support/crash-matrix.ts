/**
 * Crashes an operator at every write of a workflow, before it and after it, each time in a fresh tenant, and holds the
 * end against runs that nobody disturbed.
 */
import { type CrashLab, type Workflow } from './crash-lab.ts'
import { type Patience, type Point, pointName, type Run, runOnce } from './crash-point.ts'
import { endStateDifference, keyOf } from './end-state.ts'
import { outOfBounds, type WriteBounds, writeBounds } from './write-counts.ts'

export interface Reference {
  endState: string[]
  /** What is not the same in two undisturbed runs either, by key: it is compared by being there, not by content. */
  unsteady: string[]
  bounds: WriteBounds
  /** The most writes that an undisturbed run took. */
  writes: number
  /** Writes that PostgreSQL undoes by itself when the operator dies before the COMMIT that follows them. */
  inTransaction: ReadonlySet<number>
  problems: string[]
}

export interface PointResult {
  point: Point
  struck: string | undefined
  problems: string[]
  /** How many writes the crash cost. */
  extraWrites: number
  seconds: number
}

export interface Matrix {
  reference: Reference
  results: PointResult[]
}

export interface MatrixOptions<Lab extends CrashLab> {
  /** Points are shared out among them; each is a world of its own. */
  labs: readonly Lab[]
  workflow: Workflow<Lab>
  /** Undisturbed runs to compare with. */
  references: number
  /** Which of all points to try; all unless given. */
  choose?: (all: readonly Point[], reference: Reference) => readonly Point[]
  patience: Patience
  say: (line: string) => void
}

/** A line of an unsteady thing is told without its content. */
const steadied = (lines: readonly string[], unsteady: readonly string[]) =>
  lines.map((line) => (unsteady.includes(keyOf(line)) ? keyOf(line) : line))

export function referenceOf(runs: readonly Run[]): Reference {
  const [first] = runs
  if (first === undefined)
    throw new Error('There is nothing to compare with: give at least one reference run.')
  const unsteady = [
    ...new Set(
      runs.flatMap((run) =>
        endStateDifference(first.endState, run.endState).map((line) => keyOf(line.replace(/^\w+: /, ''))),
      ),
    ),
  ]
  const problems = runs.flatMap((run) => run.problems)
  for (const run of runs)
    problems.push(...endStateDifference(steadied(first.endState, unsteady), steadied(run.endState, unsteady)))
  return {
    endState: steadied(first.endState, unsteady),
    unsteady,
    bounds: writeBounds(runs.map((run) => run.counts)),
    writes: Math.max(...runs.map((run) => run.writes)),
    inTransaction: first.inTransaction,
    problems,
  }
}

export const allPoints = (reference: Reference): Point[] =>
  Array.from({ length: reference.writes }, (_, i) => i + 1).flatMap((k) => [
    { k, when: 'before' as const },
    { k, when: 'after' as const },
  ])

/** A transaction as one write: its COMMIT. */
export const transactionsWhole = (all: readonly Point[], reference: Reference): Point[] =>
  all.filter(({ k }) => !reference.inTransaction.has(k))

/** Some points, spread evenly over all of them; before and after take turns. */
export const sampleOf =
  (count: number) =>
  (all: readonly Point[]): Point[] => {
    const step = Math.max(1, all.length / count)
    // An odd stride over pairs would only ever meet one of the two.
    return Array.from({ length: Math.min(count, all.length) }, (_, i) => {
      const pair = Math.floor((i * step) / 2) * 2
      return all[Math.min(pair + (i % 2), all.length - 1)]!
    })
  }

function judge<Lab extends CrashLab>(
  reference: Reference,
  point: Point,
  run: Run,
  workflow: Workflow<Lab>,
): PointResult {
  return {
    point,
    struck: run.struck,
    problems: [
      ...run.problems,
      ...endStateDifference(reference.endState, steadied(run.endState, reference.unsteady)),
      ...outOfBounds(reference.bounds, run.counts, workflow),
    ],
    extraWrites: run.writes - reference.writes,
    seconds: run.seconds,
  }
}

export async function crashMatrix<Lab extends CrashLab>(options: MatrixOptions<Lab>): Promise<Matrix> {
  const { labs, workflow, patience, say } = options
  const run = (lab: Lab, point?: Point) => runOnce(lab, workflow, point, patience)
  const [first] = labs
  if (first === undefined) throw new Error('A crash matrix needs a world to crash in.')
  const runs: Run[] = []
  for (let i = 0; i < options.references; i++) {
    const reference = await run(first)
    runs.push(reference)
    say(`reference ${i + 1}: ${reference.writes} writes in ${reference.seconds.toFixed(1)} s`)
  }
  const reference = referenceOf(runs)
  for (const key of reference.unsteady) say(`not the same in every undisturbed run: ${key}`)
  for (const problem of reference.problems) say(`reference: ${problem}`)

  const all = allPoints(reference)
  const left = [...(options.choose?.(all, reference) ?? all)]
  say(`${left.length} of ${all.length} points`)
  const results: PointResult[] = []
  const work = async (lab: Lab) => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const result = judge(reference, point, await run(lab, point), workflow)
      results.push(result)
      say(`${pointName(point)} ${result.problems.length === 0 ? 'holds' : 'BROKEN'} (${told(result)})`)
      for (const problem of result.problems) say(`    ${problem}`)
    }
  }
  await Promise.all(labs.map(work))
  return { reference, results: results.sort((a, b) => a.point.k - b.point.k) }
}

const told = ({ struck, extraWrites, seconds }: PointResult) =>
  `${struck ?? 'never reached'}; ${extraWrites} more writes, ${seconds.toFixed(1)} s`
