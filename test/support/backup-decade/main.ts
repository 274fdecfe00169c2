// Some fleets' simulated decades, in a process of their own: node main.ts --seed S --from 0 --to 2 --years 10 [--mutant NAME]
// The time zone is the process's (TZ). The last line of its output is its results, as JSON.
import { parseArgs } from 'node:util'
import { substitute } from '../key-year/substitute.ts'
import { mutants } from './mutants.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '1' },
    years: { type: 'string', default: '10' },
    happenings: { type: 'string', default: '60' },
    'most-failed': { type: 'string', default: '3' },
    mutant: { type: 'string' },
  },
})
const { mutant: name, seed } = values
const mutant = mutants.find((each) => each.name === name)
if (name !== undefined && !mutant) throw new Error(`There is no mutant "${name}".`)
substitute(mutant ? [mutant.patch] : [])

// Only now: what it imports is what was substituted.
const { simulateDecades } = await import('./decade.ts')
const numbers = {
  ...{ from: Number(values.from), to: Number(values.to), years: Number(values.years) },
  ...{ happenings: Number(values.happenings), mostFailed: Number(values['most-failed']) },
}
const results = await simulateDecades({ seed, ...numbers }, (line) => console.error(line))
console.log(JSON.stringify(results))
