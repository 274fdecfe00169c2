import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Reason, reasons } from '../../../operator/src/controllers/tenant/reasons.ts'
import { eventually } from '../../support/eventually.ts'
import { Mischief, openTheDoor } from '../../support/mischief.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { condition, readyTenants } from '../../support/ready-tenants.ts'
import { type StalledRow, stalledRows } from '../../support/stalled-rows.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

const root = join(import.meta.dirname, '../../..')

/** The tables of CRD rules, bounds and policies, which hold themselves against the source. */
async function atTheDoor(): Promise<{ rows: number; files: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-bad-specs-'))
  try {
    const output = join(folder, 'report.json')
    const args = [
      'run',
      '--project',
      'integration',
      'test/integration/api/schema',
      'test/integration/api/policies',
    ]
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const child = spawn(process.execPath, [vitest, ...args, '--reporter=json', `--outputFile=${output}`], {
      cwd: root,
      stdio: 'ignore',
    })
    await new Promise((resolve) => child.once('exit', resolve))
    interface Report {
      numPassedTests: number
      numTotalTests: number
      testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[]
    }
    const report = JSON.parse(readFileSync(output, 'utf8')) as Report
    const failed = report.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
    )
    claimHolds(
      failed.length === 0 && report.numPassedTests > 0,
      `Rows at the door that do not hold: ${failed.join('; ') || 'nothing ran'}`,
    )
    return { rows: report.numPassedTests, files: report.testResults.length }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A reason without a row, or a row for a reason that is gone. */
function heldAgainstTheSource(): void {
  const source = (Object.keys(reasons) as Reason[]).filter((reason) => reasons[reason].stalled)
  const rows = stalledRows.map(({ reason }) => reason)
  const missing = source.filter((reason) => !rows.includes(reason))
  const stale = rows.filter((reason) => !source.includes(reason))
  claimHolds(missing.length === 0, `Reasons of Stalled without a row: ${missing.join(', ')}`)
  claimHolds(stale.length === 0, `Rows for what is no reason of Stalled: ${stale.join(', ')}`)
}

/** What does not hold of the row; undefined when it holds. */
async function tryRow(row: StalledRow, mischief: Mischief): Promise<string | undefined> {
  const { lab } = mischief
  const tenant = await row.provoke(mischief)
  try {
    await eventually(
      row.reason,
      async () => {
        const stalled = condition(await lab.find(tenant), 'Stalled')
        return stalled?.status === 'True' && stalled.reason === row.reason && row.says.test(stalled.message)
      },
      60_000,
    )
    return undefined
  } catch {
    return `${row.reason}: wanted ${String(row.says)}; ${await lab.describe(tenant)}`
  } finally {
    await row.undo?.(mischief)
  }
}

async function stalled(world: OperatorWorld, rows: readonly StalledRow[], say: (line: string) => void) {
  const lab = new TenantLab(world)
  const wanted = rows.filter(({ takesReady }) => takesReady).length
  const mischief = new Mischief(world, lab, await readyTenants(lab, wanted))
  say(`${wanted} tenants are Ready; each goes wrong in its own way`)
  const wrong: string[] = []
  let isOpen = false
  for (const row of rows) {
    if (row.pastTheDoor === true && !isOpen) {
      await openTheDoor(world)
      isOpen = true
    }
    const fault = await tryRow(row, mischief).catch((error: unknown) => `${row.reason}: ${String(error)}`)
    if (fault !== undefined) wrong.push(fault)
    say(fault ?? `${row.reason}: the sentence says what to do`)
  }
  return wrong
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({ args, options: { only: { type: 'string' } } })
  heldAgainstTheSource()
  const rows = stalledRows.filter(
    ({ reason }) => values.only === undefined || values.only.split(',').includes(reason),
  )
  const door = values.only === undefined ? await atTheDoor() : { rows: 0, files: 0 }
  say(`${door.rows} rows of schemas and policies hold`)
  const world = await startOperatorWorld({
    progress: say,
    env: { KIAVI_RESYNC_SECONDS: '5', KIAVI_SWEEP_SECONDS: '2' },
  })
  try {
    await world.operator.start()
    const wrong = await stalled(world, rows, say)
    claimHolds(
      wrong.length === 0,
      `${wrong.length} reasons are not told as they should: ${wrong.join('\n  ')}`,
    )
    return {
      'rows of CRD rules, bounds and policies': door.rows,
      'reasons of Stalled in the source': stalledRows.length,
      'provoked, each with its sentence': rows.length,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'Whatever is wrong with a spec or its surroundings is said in a sentence that tells what to write: each rule of the CRDs, each admission policy, each reason of Stalled, held against the source.',
  needs: 'control-plane',
  minutes: 6,
  run,
}
