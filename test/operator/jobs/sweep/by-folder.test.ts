import { describe, expect, it } from 'vitest'
import { byFolder } from '../../../../operator/src/jobs/sweep/by-folder.ts'
import { type StoredObject } from '../../../../operator/src/providers/backups/port.ts'

const object = (name: string): StoredObject => ({
  ...{ name, version: 'v', bytes: 1, storedAt: new Date(0), state: 'current' },
})
// eslint-disable-next-line @typescript-eslint/require-await -- a list is a stream
async function* listed(names: readonly string[]) {
  for (const name of names) yield object(name)
}
const folders = async (names: readonly string[]) => {
  const found: [string | undefined, string[]][] = []
  for await (const { name, objects } of byFolder(listed(names), 'ours'))
    found.push([name, objects.map((each) => each.name)])
  return found
}

describe('byFolder', () => {
  it('puts together what lies in one folder of ours, and what lies in none by itself', async () => {
    const names = [
      'a',
      'ours/a',
      'ours/t1-x',
      'ours/t1/1',
      'ours/t1/2',
      'ours/t2/1',
      'theirs/t1/1',
      'theirs/t1/2',
    ]
    expect(await folders(names)).toEqual([
      [undefined, ['a']],
      [undefined, ['ours/a']],
      [undefined, ['ours/t1-x']],
      ['ours/t1', ['ours/t1/1', 'ours/t1/2']],
      ['ours/t2', ['ours/t2/1']],
      [undefined, ['theirs/t1/1']],
      [undefined, ['theirs/t1/2']],
    ])
    expect(await folders([])).toEqual([])
  })

  it('judges nothing by a list in which a folder comes twice', async () => {
    await expect(folders(['ours/t1/1', 'ours/t2/1', 'ours/t1/2'])).rejects.toThrow('two pieces')
  })
})
