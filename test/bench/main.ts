// npm run bench: all but rotation, which takes an hour, and backups, which fill a disk. npm run bench -- sign-in jwks: some. --quick: a minute instead of
// six, for a look. --tenants N: so many in a wave.
import { benchArgs } from './bench-args.ts'
import { BenchFailed } from './bench.ts'
import { runBenches } from './run-benches.ts'
import { table } from './table.ts'

try {
  const report = await runBenches({
    ...benchArgs(process.argv.slice(2)),
    say: (line) => console.error(`  ${line}`),
  })
  console.log(`\n${table(report)}`)
  process.exit(0)
} catch (error) {
  console.error(error instanceof BenchFailed ? error.message : error)
  process.exit(1)
}
