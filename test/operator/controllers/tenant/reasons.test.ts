import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasons } from '../../../../operator/src/controllers/tenant/reasons.ts'

const page = readFileSync(new URL('../../../../docs/conditions.md', import.meta.url), 'utf8')
const listed = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| (a person|time) \|/gm)]

describe('reasons', () => {
  it('are all on the page, each with where it shows and who mends it, and no other is', () => {
    const rows = listed.map(([, reason, on, who]) => [reason, { on, stalled: who === 'a person' }])
    expect(Object.fromEntries(rows)).toEqual(reasons)
  })
})
