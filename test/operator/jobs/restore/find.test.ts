import { describe, expect, it } from 'vitest'
import { type BackupName, bundleName, manifestName } from '../../../../operator/src/backups/object-name.ts'
import { judgeFind } from '../../../../operator/src/controllers/restore/judge-end.ts'
import { mostReportBytes, reportLine, succeeded } from '../../../../operator/src/jobs/report.ts'
import { findBackups } from '../../../../operator/src/jobs/restore/find.ts'
import { type BackupStore, type StoredObject } from '../../../../operator/src/providers/backups/port.ts'

const folder = { installationID: 'installation-1', tenantID: 'k3x9q7w2ab' }
const of = (sequence: number): BackupName => ({
  ...folder,
  sequence,
  startedAt: new Date(Date.UTC(2026, 0, 1, sequence)),
  expiresAt: new Date(Date.UTC(2026, 1, 1, sequence)),
})
const stored = (name: string, state: StoredObject['state'] = 'current'): StoredObject => ({
  ...{ name, state, version: 'v', bytes: 1000 },
  storedAt: new Date(0),
})
const whole = (sequence: number) => [stored(bundleName(of(sequence))), stored(manifestName(of(sequence)))]
const storeOf = (objects: StoredObject[]) => {
  const asked: string[] = []
  const list = async function* (where: string) {
    await Promise.resolve()
    asked.push(where)
    yield* objects
  }
  return { asked, store: { list } as unknown as BackupStore }
}
const { signal } = new AbortController()
const find = (objects: StoredObject[], sequence?: number) =>
  findBackups({ folder, sequence }, storeOf(objects).store, { signal })

describe('findBackups', () => {
  it('tells the newest first, and only of bundles that have their manifest', async () => {
    const objects = [...whole(1), ...whole(3), stored(bundleName(of(2))), stored(manifestName(of(4)))]
    expect(await find(objects)).toEqual({
      ...{ found: `${bundleName(of(3))}=1000 ${bundleName(of(1))}=1000`, more: 0 },
    })
  })

  it('asks for the folder of one tenant', async () => {
    const { store, asked } = storeOf([])
    await findBackups({ folder, sequence: undefined }, store, { signal })
    expect(asked).toEqual(['installation-1/k3x9q7w2ab'])
  })

  it('passes over older versions, and what is no backup', async () => {
    const [bundle, manifest] = whole(1)
    const hidden = [stored(bundleName(of(2)), 'hidden'), stored(manifestName(of(2)), 'hidden')]
    const { found } = await find([
      bundle!,
      manifest!,
      ...hidden,
      stored('installation-1/k3x9q7w2ab/notes.txt'),
    ])
    expect(found).toBe(`${bundleName(of(1))}=1000`)
  })

  it('tells of one number alone, where one is asked for', async () => {
    const { found } = await find([...whole(1), ...whole(2)], 1)
    expect(found).toBe(`${bundleName(of(1))}=1000`)
  })

  it('tells as many as a termination message holds, and the operator reads every one of them', async () => {
    const facts = await find(Array.from({ length: 200 }, (_, at) => whole(at + 1)).flat())
    const line = reportLine(succeeded({ ...facts }))
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(mostReportBytes)
    const container = { name: 'find', reason: 'Completed', exitCode: 0 }
    const report = { result: 'succeeded' as const, facts: { ...facts } }
    const judged = judgeFind({ failed: undefined, containers: [{ ...container, report }] })
    const count = 'facts' in judged ? judged.facts.found.length : 0
    expect(count).toBeGreaterThan(30)
    expect(count + facts.more).toBe(200)
  })
})
