import { benchArgs } from '../../bench/bench-args.ts'
import { figuresOf } from '../../bench/figures-of.ts'
import { type Proof } from '../../support/proof.ts'

export const proof: Proof = {
  claim:
    'What a backup and a restore cost beside bare pg_dump | age and age -d | pg_restore of the same database, as ratios inside one run, and what memory a Job needs for a database of 2 GiB (--quick: 256 MiB).',
  needs: 'nothing',
  minutes: 15,
  run: ({ say, args }) => figuresOf({ ...benchArgs(args), names: ['backups'], say }),
}
