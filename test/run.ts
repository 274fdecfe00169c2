// npm test: every part in order. npm run test:unit and so on: one part.
// It says what is left out here and why, and ends with one line alone: `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BinaryName, findBinaries } from './cluster/binaries.ts'

type Part = 'check' | 'unit' | 'contract' | 'integration' | 'e2e'
const parts: readonly Part[] = ['check', 'unit', 'contract', 'integration', 'e2e']
const root = join(import.meta.dirname, '..')

const controlPlane = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'etcd',
  'kubectl',
] as const
const node = ['kubelet', 'kube-proxy', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'coredns'] as const
const network = ['bridge', 'host-local', 'loopback', 'portmap', 'envoy-gateway'] as const

/** What a part runs beside itself; got before it, since that may take minutes and no test waits so long. */
const binaries: Record<Part, readonly BinaryName[]> = {
  check: [],
  unit: ['helm'],
  contract: ['helm'],
  integration: [...controlPlane, 'helm', 'versitygw'],
  e2e: [...controlPlane, 'helm', ...node, ...network],
}

interface Count {
  passed: number
  failed: number
  skipped: number
}

/** Why a part cannot run on this machine; `undefined` when it can. */
function obstacle(part: Part): string | undefined {
  if (part !== 'e2e') return undefined
  if (process.platform !== 'linux') return 'real pods need Linux'
  if (process.getuid?.() !== 0) return 'real pods need root'
  return undefined
}

function check(): Count {
  const commands: readonly string[][] = [
    ['tsc', '--noEmit'],
    ['tsc', '--noEmit', '-p', 'runtime/src/pages/browser'],
    ['eslint', '.'],
    ['prettier', '--check', '--log-level=warn', '.'],
    ['knip'],
    ['node', 'operator/src/api/v1alpha1/generate.ts', '--check'],
  ]
  const count: Count = { passed: 0, failed: 0, skipped: 0 }
  for (const [command = '', ...args] of commands) {
    console.error(`check: ${[command, ...args].join(' ')}`)
    const run = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
    if (run.status === 0) count.passed++
    else count.failed++
  }
  return count
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  success: boolean
}

function vitest(project: Part, extra: string[]): Count {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-report-'))
  const file = join(folder, 'report.json')
  const args = [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]
  const run = spawnSync('vitest', [...args, ...extra], { cwd: root, stdio: ['ignore', 2, 2] })
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : undefined
  rmSync(folder, { recursive: true })
  if (report === undefined) return { passed: 0, failed: run.status === 0 ? 0 : 1, skipped: 0 }
  // A suite that failed to load has no failed test of its own, and is a failure all the same.
  const failed = report.numFailedTests === 0 && run.status !== 0 ? 1 : report.numFailedTests
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests }
}

const [only, ...extra] = process.argv.slice(2)
const chosen = only === undefined ? parts : parts.filter((part) => part === only)
if (chosen.length === 0) {
  console.error(`There is no part called ${String(only)}; there are ${parts.join(', ')}.`)
  process.exit(2)
}

const total: Count = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
for (const part of chosen) {
  const why = obstacle(part)
  if (why !== undefined) {
    lines.push(`${part}: left out, ${why}`)
    continue
  }
  await findBinaries(binaries[part])
  const start = Date.now()
  const count = part === 'check' ? check() : vitest(part, extra)
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += count[key]
  const seconds = Math.round((Date.now() - start) / 1000)
  lines.push(
    `${part}: ${String(count.passed)} passed, ${String(count.failed)} failed in ${String(seconds)} s`,
  )
}
console.log(`\n${lines.join('\n')}`)
console.log(
  `${String(total.passed)} passed, ${String(total.failed)} failed, ${String(total.skipped)} skipped`,
)
process.exit(total.failed === 0 ? 0 : 1)
