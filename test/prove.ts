// npm run prove: lists all proofs. npm run prove -- tenant/crash-matrix: runs one. npm run prove -- all: every one.
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ClaimBroken, type Figures, type Proof } from './support/proof.ts'

const folder = join(import.meta.dirname, 'proofs')

function names(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replace(/\.ts$/, ''))
    .sort()
}

async function load(name: string): Promise<Proof> {
  const module = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { proof: Proof }
  return module.proof
}

async function list(): Promise<void> {
  console.log('Proofs (npm run prove -- NAME):\n')
  for (const name of names()) {
    const { claim, needs, minutes } = await load(name)
    console.log(`  ${name}\n      ${claim}\n      needs ${needs}; about ${String(minutes)} min\n`)
  }
}

function print(name: string, seconds: number, figures: Figures): void {
  const width = Math.max(...Object.keys(figures).map((key) => key.length), 0)
  console.log(`\n${name}: holds (${seconds.toFixed(0)} s)`)
  for (const [key, value] of Object.entries(figures)) console.log(`  ${key.padEnd(width)}  ${String(value)}`)
}

async function prove(name: string, args: string[]): Promise<boolean> {
  const proof = await load(name)
  console.error(`${name}: ${proof.claim}`)
  const start = Date.now()
  const say = (line: string) => {
    console.error(`  [${String(Math.round((Date.now() - start) / 1000)).padStart(4)} s] ${line}`)
  }
  try {
    const figures = await proof.run({ say, args })
    print(name, (Date.now() - start) / 1000, figures)
    return true
  } catch (error) {
    const why =
      error instanceof ClaimBroken ? error.message : error instanceof Error ? error.stack : String(error)
    console.log(
      `\n${name}: DOES NOT HOLD (${String(Math.round((Date.now() - start) / 1000))} s)\n  ${why ?? ''}`,
    )
    return false
  }
}

const [wanted, ...args] = process.argv.slice(2)
if (wanted === undefined) {
  await list()
} else {
  const chosen = wanted === 'all' ? names() : [wanted]
  const unknown = chosen.filter((name) => !names().includes(name))
  if (unknown.length > 0) {
    console.error(
      `There is no proof called ${unknown.join(', ')}. There are: ${names().join(', ') || 'none yet'}.`,
    )
    process.exit(2)
  }
  let broken = 0
  for (const name of chosen) if (!(await prove(name, args))) broken++
  // Servers that a proof started end with it; a handle that lingers must not keep the shell waiting.
  process.exit(broken === 0 ? 0 : 1)
}
