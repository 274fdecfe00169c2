import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import { type DatabaseServer } from '../../../../operator/src/providers/database/port.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { asServer } from './tenant-database.ts'

describe('connections to a server', () => {
  let postgres: PostgresServer
  let other: PostgresServer
  let server: DatabaseServer
  const provider = createPostgresql({ random: randomBytes })
  beforeAll(async () => {
    postgres = await startPostgres({ version: 18 })
    other = await startPostgres({ version: 18 })
    server = asServer(postgres)
  })
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
    await other.stop()
  })

  it('trusts the CA that the class names, and no other', async () => {
    await expect(provider.marked(server)).resolves.toEqual([])
    const strange = { ...server, ...(other.ca === undefined ? {} : { ca: other.ca }) }
    await expect(provider.marked(strange)).rejects.toMatchObject({
      name: 'DatabaseUnreachable',
      message: expect.stringContaining('no trusted connection') as string,
    })
  })

  it('takes a changed password at once, and says a wrong one without showing it', async () => {
    const wrong = { ...server, password: 'not-the-password' }
    const failed = provider.marked(wrong)
    await expect(failed).rejects.toMatchObject({ name: 'DatabaseRefused', sqlState: '28P01' })
    await expect(failed).rejects.not.toThrow('not-the-password')
    await expect(provider.marked(server)).resolves.toEqual([])
  })

  it('lives through a server that went away under its pooled connections', async () => {
    await provider.marked(server)
    await postgres.halt('crash')
    await expect(provider.marked(server)).rejects.toMatchObject({ name: 'DatabaseUnreachable' })
    await postgres.resume()
    await expect(provider.marked(server)).resolves.toEqual([])
  })
})
