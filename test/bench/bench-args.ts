import { parseArgs } from 'node:util'
import { type BenchChoice } from './run-benches.ts'

/** Names of benches, --quick, --tenants N. */
export function benchArgs(args: string[]): Pick<BenchChoice, 'names' | 'quick' | 'tenants'> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, tenants: { type: 'string' } },
  })
  const { quick, tenants } = values
  return { names: positionals, quick, tenants: tenants === undefined ? undefined : Number(tenants) }
}
