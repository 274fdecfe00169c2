/**
 * The program in a stranger's pod: attempts as JSON on stdin, all tried at once, outcomes as JSON on stdout. It is
 * bundled, and runs where nothing but Node is.
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Client } from 'pg'
import { type Attempt, type Outcome } from './attempt.ts'

const limitMs = 2_500
type Of<Kind extends Attempt['kind']> = Extract<Attempt, { kind: Kind }>

const tcp = ({ host, port }: Of<'tcp'>) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect({ host, port, timeout: limitMs })
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.once('timeout', () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
  })

async function http({ url }: Of<'http'>): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
  await answer.arrayBuffer()
  return `answered ${answer.status}`
}

const kubernetes = ({ host, port, path, token }: Of<'kubernetes'>) =>
  new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    // The pod has no CA to know the server by; a stranger would not care.
    const options = { host, port, path, headers, rejectUnauthorized: false, timeout: limitMs }
    const call = request(options, (answer) => {
      answer.resume()
      if (answer.statusCode === 200) resolve('answered 200')
      else reject(new Error(`answered ${answer.statusCode}`))
    })
    call.once('timeout', () => call.destroy(new Error('no answer')))
    call.once('error', reject)
    call.end()
  })

async function sql({ host, port, database: name }: Of<'sql'>): Promise<string> {
  const { database } = JSON.parse(readFileSync('/etc/kiavi/tenant/tenant.json', 'utf8')) as {
    database: { appRole: string }
  }
  const client = new Client({
    ...{ host, port, database: name, user: database.appRole },
    password: readFileSync('/etc/kiavi/database-app/password', 'utf8'),
    ssl: { ca: readFileSync('/etc/kiavi/tenant/database-ca.crt', 'utf8') },
    connectionTimeoutMillis: limitMs,
  })
  await client.connect()
  await client.query('SELECT 1')
  await client.end()
  return 'connected'
}

function attempt(what: Attempt): Promise<string> {
  switch (what.kind) {
    case 'tcp':
      return tcp(what)
    case 'http':
      return http(what)
    case 'kubernetes':
      return kubernetes(what)
    case 'sql':
      return sql(what)
  }
}

async function outcome(what: Attempt): Promise<Outcome> {
  try {
    return { reached: true, how: await attempt(what) }
  } catch (error) {
    const { message, cause } = error as { message: string; cause?: { message?: string } }
    return { reached: false, how: cause?.message ?? message }
  }
}

async function main(): Promise<void> {
  const attempts = JSON.parse(await text(process.stdin)) as Attempt[]
  process.stdout.write(`${JSON.stringify(await Promise.all(attempts.map(outcome)))}\n`)
  process.exit(0)
}

void main()
