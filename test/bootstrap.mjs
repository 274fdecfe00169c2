// The first file that runs on a bare machine: plain JavaScript, no packages, any Node from 18 on.
// It installs the project's packages where they are missing or stale, then hands over to the
// Node 24 that came with them.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [script, ...args] = process.argv.slice(2)
const stamp = join(root, 'node_modules', '.kiavi-installed')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const node = join(root, 'node_modules', '.bin', 'node')

if (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const start = Date.now()
  process.stderr.write('Installing packages (npm ci, about a minute) ...\n')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (npm.status !== 0) process.exit(npm.status ?? 1)
  if (statSync(node).isFile()) writeFileSync(stamp, wanted)
  process.stderr.write(`Packages ready in ${Math.round((Date.now() - start) / 1000)} s.\n`)
}

const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`
const run = spawnSync(node, [script, ...args], { stdio: 'inherit', env: { ...process.env, PATH: path } })
process.exit(run.status ?? 1)
