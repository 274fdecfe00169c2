/** Somebody who is erased after a backup, and tries to get in again all the while that it is restored. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type PostgresServer } from '../postgres.ts'
import { type TenantClient } from '../tenant-client.ts'

export interface Erased {
  userID: string
  /** What the service answered: Confirmed, or Recorded. */
  state: string
}

/** Signs in, and asks to be erased. */
export async function eraseOneself(person: TenantClient): Promise<Erased> {
  const { body } = await person.signIn()
  const { status, body: answer } = await person.post(
    '/v1/user/erase',
    { user_id: body.user.id },
    { authorization: `Bearer ${body.access_token}` },
  )
  const { erasure } = answer as unknown as { erasure?: { state: string } }
  if (erasure === undefined) throw new Error(`An erasure was answered ${status} ${answer.error}.`)
  return { userID: body.user.id, state: erasure.state }
}

const everyMs = 50

/** Tries to sign in again and again; tells how often it was tried, and how often a request got an answer and got in. */
export function keepTrying(person: TenantClient) {
  const tries = { sent: 0, answered: 0, in: 0 }
  let ended = false
  const life = (async () => {
    while (!ended) {
      tries.sent++
      const status = await person.signIn().then(
        (answer) => answer.status,
        () => undefined,
      )
      // A gateway without a pod behind it answers too.
      if (status !== undefined && status < 500) tries.answered++
      if (status === 200) tries.in++
      await sleep(everyMs)
    }
  })()
  return async () => {
    ended = true
    await life
    return tries
  }
}

/** Rows in which a person is told apart: none of them may be there. */
export async function traces(postgres: PostgresServer, database: string, userID: string): Promise<number> {
  const client = await postgres.connect(postgres.superuser, database)
  try {
    const { rows } = await client.query<{ count: number }>(
      `SELECT ((SELECT count(*) FROM auth.users WHERE id = $1) +
               (SELECT count(*) FROM auth.passkeys WHERE user_id = $1) +
               (SELECT count(*) FROM auth.sessions WHERE user_id = $1) +
               (SELECT count(*) FROM auth.audit_events WHERE user_id = $1
                  AND (identifier IS NOT NULL OR ip IS NOT NULL OR user_agent IS NOT NULL)))::int AS count`,
      [userID],
    )
    return rows[0]?.count ?? NaN
  } finally {
    await client.end()
  }
}
