import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { backupReasons } from '../../../../operator/src/controllers/backup/reasons.ts'
import { restoreReasons } from '../../../../operator/src/controllers/restore/reasons.ts'
import { reasons } from '../../../../operator/src/controllers/tenant/reasons.ts'

const root = new URL('../../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const [, ...sections] = read('docs/conditions.md').split(/^## /m)
const rowsOf = (kind: string) => {
  const section = sections.find((text) => text.startsWith(`Of a ${kind}\n`)) ?? ''
  return [...section.matchAll(/^\| `(\w+)` \| `(\w+)` \|([^|]*)\|/gm)].map(
    ([, reason = '', on = '', third = '']) => ({ reason, on, third: third.trim() }),
  )
}

/** Every reason that is written out in the source: `reason: 'Serving'`. */
const writtenIn = (...paths: string[]) =>
  paths.flatMap((path) =>
    [...read(path).matchAll(/\breason(?::| =) '([A-Z]\w+)'/g)].map(([, reason = '']) => reason),
  )
const sourcesIn = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
const mends = { '': 'done', time: 'waiting', 'a person': 'stalled', ended: 'ended' } as const
const sorted = (words: Iterable<string>) => [...new Set(words)].sort()

describe('reasons', () => {
  it('are all on the page, each with where it shows and who mends it, and no other is', () => {
    const rows = rowsOf('KiaviTenant')
      .filter(({ third }) => third === 'a person' || third === 'time')
      .map(({ reason, on, third }) => [reason, { on, stalled: third === 'a person' }])
    expect(Object.fromEntries(rows)).toEqual(reasons)
  })
})

describe('docs/conditions.md', () => {
  it('names every reason that a condition of a KiaviTenant can have, and no other', () => {
    const ofAdoptions = ['Adopted']
    const written = writtenIn(...sourcesIn('operator/src/controllers/tenant')).filter(
      (reason) => !ofAdoptions.includes(reason),
    )
    const listed = rowsOf('KiaviTenant').map(({ reason }) => reason)
    expect(sorted(listed)).toEqual(sorted([...written, ...Object.keys(reasons)]))
  })

  it('names every reason of a KiaviBackup with who mends it, and no other', () => {
    const rows = rowsOf('KiaviBackup').map(({ reason, third }) => [
      reason,
      mends[third as keyof typeof mends],
    ])
    expect(Object.fromEntries(rows)).toEqual(backupReasons)
  })

  it('names every reason of a KiaviRestore with who mends it, and no other', () => {
    const rows = rowsOf('KiaviRestore').map(({ reason, third }) => [
      reason,
      mends[third as keyof typeof mends],
    ])
    expect(Object.fromEntries(rows)).toEqual(restoreReasons)
  })

  it('names every reason of a KiaviTenantClass and of a KiaviAdoption, and no other', () => {
    const written = sorted(writtenIn(...sourcesIn('operator/src/controllers/tenant-class')))
    expect(written.length).toBeGreaterThan(5)
    expect(sorted(rowsOf('KiaviTenantClass').map(({ reason }) => reason))).toEqual(written)
    expect(rowsOf('KiaviAdoption')).toEqual([{ reason: 'Adopted', on: 'Ready', third: '' }])
  })
})
