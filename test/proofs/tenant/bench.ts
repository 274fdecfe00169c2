import { benchArgs } from '../../bench/bench-args.ts'
import { figuresOf } from '../../bench/figures-of.ts'
import { type Proof } from '../../support/proof.ts'

export const proof: Proof = {
  claim:
    'What a sign-in, the JWKS, an idle runtime and a wave of tenants cost, as ratios inside one run (--quick; names of benches).',
  needs: 'control-plane',
  minutes: 6,
  run: ({ say, args }) => figuresOf({ ...benchArgs(args), say }),
}
