import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProbeDocument, documentText } from '../../../operator/src/backups/documents.ts'
import { probe } from '../../../operator/src/jobs/drill/probe.ts'
import { freePorts } from '../../cluster/free-ports.ts'
import { startJob } from '../../support/job-process.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'
import { type RunningRuntime, type TenantFixture, makeTenant } from '../../support/tenant-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiavi-drill-'))
let server: PostgresServer
let tenant: TenantFixture
let runtime: RunningRuntime
beforeAll(async () => {
  server = await startPostgres({ version: 18 })
  tenant = await makeTenant(server, 'k3x9q7w2ab')
  expect((await tenant.migrate()).code).toBe(0)
  runtime = await tenant.start()
})
afterAll(async () => {
  await runtime.stop()
  tenant.remove()
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** As the Job's pod has it: the runtime's own address, and the names by which people know it. */
const document = (change: Partial<ProbeDocument> = {}): ProbeDocument => ({
  url: tenant.url.replace('localhost', '127.0.0.1'),
  ...{ issuer: tenant.url, origin: tenant.url, rpId: tenant.rpId, waitSeconds: 20 },
  ...change,
})
const world = (signal = AbortSignal.timeout(60_000)) => ({
  signal,
  now: () => new Date(),
  random: randomBytes,
})
const count = async (table: string) => {
  const client = await server.connect(server.superuser, tenant.database.name)
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM auth.${table}`)
  await client.end()
  return rows[0]?.n
}

describe('probe', () => {
  it('signs somebody up and in at the real runtime, and says how long it took', async () => {
    const before = await count('users')
    const { readySeconds, signInSeconds } = await probe(document(), world())
    expect(readySeconds).toBeGreaterThanOrEqual(0)
    expect(signInSeconds).toBeGreaterThan(0)
    expect(await count('users')).toBe(before! + 1)
    expect(await count('sessions')).toBe(2)
  })

  it('waits for a runtime that is only being started', async () => {
    await runtime.stop()
    const probing = probe(document(), world())
    await new Promise((resolve) => setTimeout(resolve, 500))
    runtime = await tenant.start()
    expect((await probing).readySeconds).toBeGreaterThan(0.4)
  })

  it.each<{ change: () => Partial<ProbeDocument>; code: string; says: string; because: string }>([
    {
      change: () => ({ rpId: 'other.eu' }),
      ...{
        code: 'DRILL_REFUSED',
        says: 'Signing up with a passkey did not work: the runtime answered 400 registration_failed',
      },
      because: 'the passkey is for another relying party',
    },
    {
      change: () => ({ origin: 'https://evil.eu' }),
      ...{
        code: 'DRILL_REFUSED',
        says: 'Asking to sign up with a passkey did not work: the runtime answered 403 origin_not_allowed',
      },
      because: 'the page is none of the tenant’s',
    },
    {
      change: () => ({ issuer: 'https://auth.other.eu' }),
      ...{ code: 'DRILL_TOKEN_INVALID', says: 'unexpected "iss" claim value' },
      because: 'the token is of another issuer',
    },
  ])('fails when $because', async ({ change, code, says, because }) => {
    await expect(probe(document(change()), world()), because).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says) as string,
    })
  })

  it('fails where nobody answers in time, and where somebody else does', async () => {
    const [port] = await freePorts(1, '127.0.0.1')
    const nobody = document({ url: `http://127.0.0.1:${port}`, waitSeconds: 1 })
    await expect(probe(nobody, world())).rejects.toMatchObject({
      code: 'DRILL_UNANSWERED',
      message: expect.stringContaining('ECONNREFUSED') as string,
    })
    const metrics = document({ url: tenant.metricsUrl, waitSeconds: 1 })
    await expect(probe(metrics, world())).rejects.toThrow('it answered 404')
  })

  it('ends at once when it is told to', async () => {
    const stopping = new AbortController()
    const [port] = await freePorts(1, '127.0.0.1')
    const probing = probe(document({ url: `http://127.0.0.1:${port}` }), world(stopping.signal))
    setTimeout(() => stopping.abort(new Error('told to stop')), 200)
    await expect(probing).rejects.toThrow('told to stop')
  })

  it('is a program of the image, which says seconds and nothing else', async () => {
    const mounts = { job: documentText(document()) }
    const { code, lines, stderr } = await startJob('probe', { folder, shared: folder, mounts, env: {} }).ended
    expect([stderr, code], JSON.stringify(lines)).toEqual(['', 0])
    expect(lines).toEqual([
      {
        result: 'succeeded',
        facts: { readySeconds: expect.any(Number) as number, signInSeconds: expect.any(Number) as number },
      },
    ])
  })

  it('fails where the database does not answer the runtime', async () => {
    await server.halt('fast')
    await expect(probe(document(), world())).rejects.toMatchObject({
      code: /^DRILL_/,
      message: /503|500|was not answered/,
    })
    await server.resume()
  })
})
