import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jobErrorCodes } from '../../../operator/src/backups/errors.ts'
import { endCodes } from '../../../operator/src/controllers/backup/judge-end.ts'
import { restoreCodes } from '../../../operator/src/controllers/restore/codes.ts'
import { operatorErrorCodes } from '../../../operator/src/controllers/errors.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const sources = [
  'operator/src/kube/errors.ts',
  'operator/src/kube/lease.ts',
  'operator/src/providers/database/errors.ts',
  'operator/src/providers/keys/errors.ts',
  'operator/src/providers/backups/errors.ts',
]

describe('operatorErrorCodes', () => {
  it('are all on the page, with the codes of the hands, and no other is', () => {
    const listed = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
    const theirs = sources.flatMap((path) =>
      [...read(path).matchAll(/readonly code(?:: string)? = '([A-Z_]+)'/g)].map(([, code]) => code),
    )
    expect(listed.toSorted()).toEqual(
      [
        ...operatorErrorCodes,
        ...theirs,
        ...jobErrorCodes,
        ...endCodes,
        ...restoreCodes,
        'JOB_FAILED',
      ].toSorted(),
    )
  })
})
