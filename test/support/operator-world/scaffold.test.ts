import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scaffold } from './scaffold.ts'

describe('scaffold', () => {
  it('undoes the last first, and the folder last of all', async () => {
    const world = scaffold('kiavi-scaffold-')
    writeFileSync(join(world.folder, 'file'), '')
    const done: string[] = []
    const undo = (what: string) => () => {
      expect(existsSync(join(world.folder, 'file'))).toBe(true)
      return Promise.resolve(done.push(what))
    }
    world.atEnd(undo('server'), undo('client'))
    world.atEnd(undo('session'))
    await world.stop()
    expect(done).toEqual(['session', 'client', 'server'])
    expect(existsSync(world.folder)).toBe(false)
  })

  it('undoes nothing twice', async () => {
    const world = scaffold('kiavi-scaffold-')
    let times = 0
    world.atEnd(() => Promise.resolve(times++))
    await world.stop()
    await world.stop()
    expect(times).toBe(1)
  })
})
