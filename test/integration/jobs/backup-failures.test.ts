import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodeFrame, greetingFrame } from '../../../operator/src/backups/frames.ts'
import { bundleName, manifestName } from '../../../operator/src/backups/object-name.ts'
import { type DumpOrder, dump } from '../../../operator/src/jobs/backup/dump.ts'
import { storeBundle } from '../../../operator/src/jobs/backup/store.ts'
import { StoreFull } from '../../../operator/src/providers/backups/errors.ts'
import { testInstallation } from '../../support/backup-bundle.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { namesIn, volumeIn, withStore } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'

let server: PostgresServer
let lab: BackupLab
let tenant: LabTenant
let earlier: string[]
let sequence = 1
beforeAll(async () => {
  server = await startPostgres({ version: 18 })
  lab = new BackupLab(volumeIn)
  tenant = await lab.tenant(server, 2_000)
  const { second } = await lab.backup(lab.dumpOrder(server, tenant, lab.nameOf(tenant.tenantID, 1)))
  if (second.status === 'rejected') throw second.reason
  earlier = await namesIn(lab.store)
})
afterAll(async () => {
  await lab.remove()
  await server.stop()
})
afterEach(async () => {
  // Whatever failed left nothing behind, and what was there before is there still.
  expect(await namesIn(lab.store)).toEqual(earlier)
  expect(earlier).toHaveLength(2)
})

const order = (change: Partial<DumpOrder> = {}) =>
  lab.dumpOrder(server, tenant, lab.nameOf(tenant.tenantID, ++sequence), change)

/** A pg_dump of our own: shell words, in which `real` is PostgreSQL's. */
function pgDump(script: string): Partial<DumpOrder> {
  const path = join(lab.folder, `pg_dump-${String(sequence)}`)
  const version = `[ "$1" = --version ] && { echo "pg_dump (PostgreSQL) 18.6"; exit 0; }\n`
  writeFileSync(
    path,
    `#!/bin/sh\n${version}real() { ${lab.tools.pgDump} "$@"; }\nPATH=/usr/bin:/bin\n${script}\n`,
  )
  chmodSync(path, 0o755)
  return { tools: { ...lab.tools, pgDump: path } }
}

const code = (of: string) => expect.objectContaining({ code: of }) as unknown

describe('dump', () => {
  const sabotage: { how: string; change: () => Partial<DumpOrder>; code: string; words: RegExp }[] = [
    {
      how: 'pg_dump writes nothing and ends well',
      change: () => pgDump('exit 0'),
      code: 'DUMP_EMPTY',
      words: /wrote nothing/,
    },
    {
      how: 'pg_dump leaves a table out and ends well',
      change: () => pgDump('real "$@" --exclude-table-data=auth.users'),
      code: 'DUMP_EMPTY',
      words: /left out auth\.users/,
    },
    {
      how: 'pg_dump fails at the end',
      change: () => pgDump('real "$@"; exit 3'),
      code: 'TOOL_FAILED',
      words: /pg_dump ended with exit code 3/,
    },
    {
      how: 'pg_dump is killed in the midst',
      change: () => pgDump('real "$@" | head -c 20000; kill -KILL $$'),
      code: 'TOOL_FAILED',
      words: /pg_dump was ended by SIGKILL\..*too little memory/,
    },
    {
      how: 'pg_dump is not there',
      change: () => ({ tools: { ...lab.tools, pgDump: '/nowhere/pg_dump' } }),
      code: 'JOB_MISCONFIGURED',
      words: /pg_dump could not be started/,
    },
    {
      how: 'age is not there',
      change: () => ({ tools: { ...lab.tools, age: '/nowhere/age' } }),
      code: 'JOB_MISCONFIGURED',
      words: /age could not be started/,
    },
    {
      how: 'the recipient is none',
      change: () => ({ recipient: 'age1qqqq' }),
      code: 'TOOL_FAILED',
      words: /age ended with exit code 1: .*recipient/,
    },
    {
      how: 'the password is wrong',
      change: () => ({ password: 'wrong' }),
      code: 'DATABASE_REFUSED',
      words: /password authentication failed/,
    },
  ]
  it.each(sabotage)(
    'fails loudly when $how, and tells the other container why',
    async ({ change, code: wanted, words }) => {
      const { first, second } = await lab.backup(order(change()), { peerWaitMs: 1_000 })
      expect(first).toEqual({ status: 'rejected', reason: code(wanted) })
      expect(String((first as PromiseRejectedResult).reason)).toMatch(words)
      expect(second.status).toBe('rejected')
      // A program that is missing is noticed before the other container is looked for.
      expect((second as PromiseRejectedResult).reason).toEqual(
        expect.objectContaining({ code: expect.stringMatching(/^(PEER_FAILED|PIPE_CUT)$/) as string }),
      )
    },
  )

  it('refuses a pg_dump that is older than the server', async () => {
    const path = join(lab.folder, 'older')
    writeFileSync(path, '#!/bin/sh\necho "pg_dump (PostgreSQL) 17.11"\n')
    chmodSync(path, 0o755)
    const { first, second } = await lab.backup(order({ tools: { ...lab.tools, pgDump: path } }))
    expect(first).toEqual({ status: 'rejected', reason: code('CLIENT_OLDER') })
    expect(second).toEqual({
      status: 'rejected',
      reason: expect.objectContaining({
        code: 'PEER_FAILED',
        message: expect.stringContaining('17.11') as string,
      }) as unknown,
    })
  })

  it('refuses a database that was never migrated', async () => {
    const empty = await lab.prepared(server)
    const name = lab.nameOf(empty.tenantID, 1)
    const { first } = await lab.backup(lab.dumpOrder(server, empty, name))
    expect(first).toEqual({ status: 'rejected', reason: code('DUMP_EMPTY') })
  })

  it('ends within a second when it is told to stop, and so does the other', async () => {
    const stopping = new AbortController()
    const { socket, peerWaitMs, name, ...rest } = order(pgDump('real "$@" | head -c 20000; sleep 60'))
    const both = Promise.allSettled([
      dump({ ...rest, socket, peerWaitMs, name }, lab.io({ signal: stopping.signal })),
      storeBundle({ name, socket, peerWaitMs, keys: lab.installation.keys }, lab.store, lab.io()),
    ])
    await sleep(1_000)
    const asked = performance.now()
    stopping.abort(new Error('told to stop'))
    const [first, second] = await both
    expect(performance.now() - asked).toBeLessThan(3_000)
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'told to stop' } })
    expect(second).toEqual({ status: 'rejected', reason: code('PEER_FAILED') })
  })

  it('gives up when the other container never comes', async () => {
    await expect(dump(order({ peerWaitMs: 300 }), lab.io())).rejects.toThrow(code('PIPE_CUT'))
  })

  it('leaves no password where others look: not in arguments, not in the environment', async () => {
    const seen = join(lab.folder, 'seen')
    const { first } = await lab.backup(order(pgDump(`{ echo "$@"; env; } > ${seen}; exit 1`)))
    expect(first.status).toBe('rejected')
    expect(readFileSync(seen, 'utf8')).toContain('--snapshot=')
    expect(readFileSync(seen, 'utf8')).not.toContain(tenant.passwords.backup)
  })
})

describe('storeBundle', () => {
  const stores: { how: string; code: string; store: () => BackupLab['store'] }[] = [
    {
      how: 'the disk is full in the midst',
      code: 'STORE_FULL',
      store: () =>
        withStore(lab.store, {
          put: async (_, body) => {
            for await (const bytes of body) if (bytes.length > 0) break
            throw new StoreFull('The disk is full.')
          },
        }),
    },
    {
      how: 'what is read back is another',
      code: 'STORE_DAMAGED',
      store: () =>
        withStore(lab.store, {
          read: async (object, signal) => {
            const open = await lab.store.read(object, signal)
            return { ...open, body: flipped(open.body) }
          },
        }),
    },
    {
      how: 'what is read back is shorter',
      code: 'STORE_DAMAGED',
      store: () =>
        withStore(lab.store, {
          read: async (object, signal) => {
            const open = await lab.store.read(object, signal)
            return { ...open, body: beginning(open.body) }
          },
        }),
    },
  ]
  it.each(stores)('fails when $how, and ends the dump', async ({ store, code: wanted }) => {
    const { first, second } = await lab.backup(order(), {}, store())
    expect(second).toEqual({ status: 'rejected', reason: code(wanted) })
    // Where all was taken before it failed, the dump had done its part.
    if (wanted === 'STORE_FULL') expect(first).toEqual({ status: 'rejected', reason: code('PIPE_CUT') })
  })

  it('takes no manifest that another installation signed', async () => {
    const { second } = await lab.backup(order({ installationKey: testInstallation().privateKey }))
    expect(second).toEqual({ status: 'rejected', reason: code('MANIFEST_NOT_OURS') })
  })

  it('sees a pipe that was cut, at every place', async () => {
    const name = lab.nameOf(tenant.tenantID, ++sequence)
    const hello = JSON.stringify({ object: bundleName(name), expectedBytes: 10 })
    const whole = Buffer.concat([
      greetingFrame(),
      ...encodeFrame({ kind: 'hello', text: hello }),
      ...encodeFrame({ kind: 'data', bytes: Buffer.from('abcdefghij') }),
    ])
    for (const length of [0, 5, 20, whole.length - 3, whole.length]) {
      const socket = join(lab.folder, `cut-${String(length)}.sock`)
      const storing = storeBundle(
        { name, socket, peerWaitMs: 5_000, keys: lab.installation.keys },
        lab.store,
        lab.io(),
      )
      const failing = expect(storing, String(length)).rejects.toThrow(code('PIPE_CUT'))
      await sleep(50)
      const peer = connect(socket)
      peer.end(whole.subarray(0, length))
      await failing
      peer.destroy()
    }
  })

  it('writes nothing over what is there', async () => {
    const name = lab.nameOf(tenant.tenantID, ++sequence)
    const taken = await lab.store.put(
      { name: bundleName(name), expiresAt: name.expiresAt },
      bytes('somebody'),
    )
    const { second } = await lab.backup(lab.dumpOrder(server, tenant, name))
    expect(second).toEqual({ status: 'rejected', reason: code('STORE_EXISTS') })
    expect(await namesIn(lab.store)).toContain(bundleName(name))
    await lab.store.remove(taken)
  })

  it('removes the bundle again when the manifest cannot be put', async () => {
    const store = withStore(lab.store, {
      put: (object, body, signal) =>
        object.name.endsWith('.manifest')
          ? Promise.reject(new StoreFull('The disk is full.'))
          : lab.store.put(object, body, signal),
    })
    const started = order()
    const { second } = await lab.backup(started, {}, store)
    expect(second).toEqual({ status: 'rejected', reason: code('STORE_FULL') })
    expect(await lab.store.head(manifestName(started.name))).toBeUndefined()
  })
})

// eslint-disable-next-line @typescript-eslint/require-await -- a stream
async function* bytes(text: string) {
  yield Buffer.from(text)
}

async function* flipped(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) {
    const copy = Buffer.from(chunk)
    copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1)
    yield copy
  }
}

async function* beginning(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) yield chunk.subarray(0, chunk.length - 1)
}
