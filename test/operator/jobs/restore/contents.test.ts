import { describe, expect, it } from 'vitest'
import { contentsToRestore } from '../../../../operator/src/jobs/restore/contents.ts'
import { testManifest } from '../../../support/backup-bundle.ts'

const contents = `;
; Archive created at 2026-11-22 02:00:00 UTC
;     Dumped by pg_dump version: 18.6
;
6; 2615 16387 SCHEMA - auth kiavi_k3x9q7w2ab_owner
215; 1259 16388 TABLE auth users kiavi_k3x9q7w2ab_owner
216; 1259 16389 TABLE migrations applied kiavi_k3x9q7w2ab_owner
3258; 0 16388 TABLE DATA auth users kiavi_k3x9q7w2ab_owner
3259; 0 16389 TABLE DATA migrations applied kiavi_k3x9q7w2ab_owner
3115; 2606 16394 CONSTRAINT auth users users_pkey kiavi_k3x9q7w2ab_owner
`

describe('contentsToRestore', () => {
  it('is all but the schemas, in the same order', () => {
    expect(contentsToRestore(contents, testManifest()).split('\n')).toEqual([
      ...contents.split('\n').filter((line) => /^\d/.test(line) && !line.includes('SCHEMA')),
      '',
    ])
  })

  it.each([
    { text: contents.replace(/3259.*\n/, ''), because: 'a table has no content' },
    { text: `${contents}3260; 0 1 TABLE DATA auth more x\n`, because: 'there is one table too many' },
    { text: '', because: 'it is empty' },
  ])('refuses when $because', ({ text, because }) => {
    expect(() => contentsToRestore(text, testManifest()), because).toThrow(
      expect.objectContaining({ code: 'RESTORE_DIFFERS' }),
    )
  })
})
