// npm run bench: all of them. npm run bench -- sign-in jwks: some. --quick: a minute instead of six, for a look.
import { parseArgs } from 'node:util'
import { BenchFailed } from './bench.ts'
import { runBenches } from './run-benches.ts'
import { table } from './table.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
})

try {
  const report = await runBenches({
    names: positionals,
    quick: values.quick,
    say: (line) => console.error(`  ${line}`),
  })
  console.log(`\n${table(report)}`)
  process.exit(0)
} catch (error) {
  console.error(error instanceof BenchFailed ? error.message : error)
  process.exit(1)
}
