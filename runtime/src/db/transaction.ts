import { type Pool, type PooledClient } from './pool.ts'

/** Several statements, all or none of them, on a connection of the pool. One whose state is unknown is not used again. */
export async function inTransaction<T>(db: Pool, work: (client: PooledClient) => Promise<T>): Promise<T> {
  const client = await db.connect()
  // The pool listens only to connections that nobody has; the statement under way tells of the failure itself.
  const unheard = () => undefined
  client.on('error', unheard)
  let astray: true | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      astray = true
    })
    throw error
  } finally {
    client.off('error', unheard)
    client.release(astray)
  }
}
