/** Signs people in over HTTP, as an application's script does, and keeps every token to be judged afterwards. */
import { verify, type KeyObject } from 'node:crypto'
import { Pool } from 'undici'
import { SoftwareAuthenticator } from '../support/authenticator.ts'
import { answersRightly } from './bench.ts'
import { type People } from './people.ts'

interface Delivered {
  access_token: string
  refresh_token: string
  user: { name: string }
}

export interface SignInClient {
  /** One person, chosen by chance: two requests. */
  signIn: () => Promise<void>
  /** Fails unless each token since the last time verifies, names its issuer, and is of the person that asked. */
  judge: (publicKey: KeyObject) => number
  /** Fails unless the newest session can be refreshed. */
  refresh: () => Promise<void>
  close: () => Promise<void>
}

export function signInClient(url: string, issuer: string, people: People, connections: number): SignInClient {
  const pool = new Pool(url, { connections })
  const authenticator = new SoftwareAuthenticator({ origin: issuer, rpId: 'localhost' })
  let unjudged: { name: string; answer: Delivered }[] = []
  let last: Delivered | undefined

  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await pool.request({
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: issuer },
      body: JSON.stringify(body),
    })
    const text = await response.body.text()
    answersRightly(response.statusCode === 200, `POST ${path} answered ${response.statusCode}: ${text}`)
    return JSON.parse(text)
  }
  return {
    signIn: async () => {
      const number = 1 + Math.floor(Math.random() * people.count)
      const { publicKey } = (await post('/v1/passkeys/authentication/options', {})) as {
        publicKey: { challenge: string }
      }
      const credential = authenticator.get(publicKey, people.passkey(number))
      const answer = (await post('/v1/passkeys/authentication/verify', { credential })) as Delivered
      unjudged.push({ name: `User ${number}`, answer })
    },
    judge: (publicKey) => {
      const judged = unjudged.length
      for (const { name, answer } of unjudged) {
        const [header = '', claims = '', signature = ''] = answer.access_token.split('.')
        const holds = verify(
          'sha256',
          Buffer.from(`${header}.${claims}`),
          publicKey,
          Buffer.from(signature, 'base64url'),
        )
        answersRightly(holds, 'An access token does not verify under the active key.')
        const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { iss: string }
        answersRightly(iss === issuer, `An access token says iss ${iss} instead of ${issuer}.`)
        answersRightly(answer.user.name === name, `${name} was signed in as ${answer.user.name}.`)
      }
      last = unjudged.at(-1)?.answer ?? last
      unjudged = []
      return judged
    },
    refresh: async () => {
      answersRightly(last !== undefined, 'Nobody signed in, so there is nothing to refresh.')
      await post('/v1/token/refresh', { refresh_token: last.refresh_token })
    },
    close: () => pool.close(),
  }
}
