// One part of a simulated year, in a process of its own: node main.ts --seed S --from 0 --to 10 --days 365 [--mutant NAME]
// The last line of its output is its result, as JSON.
import { parseArgs } from 'node:util'
import { mutants } from './mutants.ts'
import { substitute } from './substitute.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '6' },
    days: { type: 'string', default: '120' },
    storms: { type: 'string', default: '16' },
    'most-failed': { type: 'string', default: '3' },
    mutant: { type: 'string' },
  },
})
const { mutant: name, seed } = values
const mutant = mutants.find((each) => each.name === name)
if (name !== undefined && !mutant) throw new Error(`There is no mutant "${name}".`)
substitute(mutant ? [mutant.patch] : [])

// Only now: what it imports is what was substituted.
const { simulateYear } = await import('./year.ts')
const numbers = {
  ...{ from: Number(values.from), to: Number(values.to), days: Number(values.days) },
  ...{ storms: Number(values.storms), mostFailed: Number(values['most-failed']) },
}
const result = await simulateYear({ seed, ...numbers }, (line) => console.error(line))
console.log(JSON.stringify(result))
