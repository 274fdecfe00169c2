/** One run of a workflow: whole, or with the operator killed at one write and started again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type CrashLab, type Tenant, type Workflow } from './crash-lab.ts'
import { effectLine } from './effect-ledger.ts'
import { endState } from './end-state.ts'
import { atWrite, noFaults } from './faults.ts'
import { type WriteCounts, writeCounts } from './write-counts.ts'

export interface Point {
  k: number
  when: 'before' | 'after'
}

/** As a person types it: `--only 17:after`. */
export const pointName = ({ k, when }: Point) => `${k}:${when}`

export function pointNamed(text: string): Point {
  const [, k, when] = /^([1-9]\d*):(before|after)$/.exec(text) ?? []
  if (k === undefined || (when !== 'before' && when !== 'after'))
    throw new Error(`A point is called like 17:after or 3:before, not ${text}.`)
  return { k: Number(k), when }
}

export interface Run {
  /** The write that the operator died at; undefined when there was none. */
  struck: string | undefined
  endState: string[]
  counts: WriteCounts
  /** Writes that arrived at the proxies. */
  writes: number
  /** Which of them were statements of a transaction. */
  inTransaction: ReadonlySet<number>
  /** What went wrong in this run alone, without comparing it. */
  problems: string[]
  seconds: number
}

export interface Patience {
  /** The workflow must be over within this time. */
  limitMs: number
  /** It is over when nothing was written for so long. */
  quietMs: number
}

const pollMs = 50

async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (performance.now() < deadline) {
    if (await isSo()) return true
    await sleep(pollMs)
  }
  return false
}

/** Never was `before` and is another `after`. */
const changes = (before: Record<string, string>, after: Record<string, string>) =>
  Object.entries(before)
    .filter(([what, value]) => after[what] !== value)
    .map(([what]) => `${what} is another one after the crash than before it`)

export async function runOnce<Lab extends CrashLab>(
  lab: Lab,
  workflow: Workflow<Lab>,
  point: Point | undefined,
  patience: Patience,
): Promise<Run> {
  const { injector } = lab
  const { ledger } = injector
  const began = performance.now()
  const tenant = lab.newTenant()
  const problems: string[] = []
  injector.script = noFaults
  injector.sweepsAreWrites = workflow.sweepsAreWrites === true
  const quiet = () => ledger.quietFor() >= patience.quietMs
  const empty = await lab.state()
  await workflow.prepare?.(lab, tenant)
  if (!(await until(quiet, patience.limitMs)))
    problems.push('the operator wrote on before anything was asked of it')
  const before = await lab.state()

  injector.arm(point === undefined ? noFaults : atWrite(point.k, { do: 'kill', when: point.when }))
  await workflow.start(lab, tenant)
  const isOver = async () => quiet() && (await workflow.done(lab, tenant))
  const over = async () =>
    until(async () => injector.struck !== undefined || (await isOver()), patience.limitMs)
  let ended = await over()
  if (injector.struck !== undefined) {
    if (!(await until(() => injector.killed, patience.limitMs)))
      problems.push('the operator was to be killed and lives')
    await inspect(lab, tenant, problems)
    const held = await workflow.pinned?.(lab, tenant)
    injector.script = noFaults
    await lab.startOperator()
    ended = await until(isOver, patience.limitMs)
    problems.push(...changes(held ?? {}, (await workflow.pinned?.(lab, tenant)) ?? {}))
  }
  if (!ended) problems.push(`not over within ${patience.limitMs / 1000} s: ${await lab.describe(tenant)}`)
  await inspect(lab, tenant, problems)
  problems.push(...(await lab.complaints()))

  const names = { ...tenant, tenantID: (await lab.tenantID(tenant)) ?? 'never minted' }
  const effects = [...ledger.effects()]
  const after = await lab.state()
  const run: Run = {
    struck: struckLine(lab),
    endState: endState(before, after, names),
    counts: writeCounts(effects, names),
    writes: effects.length,
    inTransaction: new Set(effects.filter((effect) => effect.inTransaction).map(({ k }) => k)),
    problems,
    seconds: (performance.now() - began) / 1000,
  }
  // A point that was never reached is not to strike later.
  injector.script = noFaults
  await lab.sweep(
    tenant,
    [...after.keys()].filter((key) => !empty.has(key)),
  )
  return run
}

const struckLine = ({ injector }: CrashLab) =>
  injector.struck === undefined ? undefined : effectLine(injector.struck.effect)

async function inspect(lab: CrashLab, tenant: Tenant, problems: string[]): Promise<void> {
  problems.push(...(await lab.unsafe(tenant)).map((what) => `unsafe: ${what}`))
}
