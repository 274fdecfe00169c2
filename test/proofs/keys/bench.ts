import { benchArgs } from '../../bench/bench-args.ts'
import { figuresOf } from '../../bench/figures-of.ts'
import { type Proof } from '../../support/proof.ts'

export const proof: Proof = {
  claim:
    'What it costs to rotate the signing keys of 500 tenants at once, as ratios inside one run (--quick: 40; --tenants N).',
  needs: 'control-plane',
  minutes: 45,
  run: ({ say, args }) => figuresOf({ ...benchArgs(args), names: ['rotation'], say }),
}
