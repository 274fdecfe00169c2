import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastLine } from '../../../operator/src/kube/pod-log.ts'
import { type Transport } from '../../../operator/src/kube/transport.ts'
import { ScriptedAPIServer, status } from '../../support/scripted-api-server.ts'
import { openTransport } from './open.ts'

const where = { namespace: 'kiavi-system', pod: 'backup-x', container: 'dump' }
const signal = new AbortController().signal
let server: ScriptedAPIServer
let transport: Transport
beforeAll(async () => {
  server = await ScriptedAPIServer.start()
  transport = openTransport(server)
})
afterAll(async () => {
  await transport.close()
  await server.stop()
})

describe('lastLine', () => {
  it('asks for the last line of one container, and no more', async () => {
    server.next((response) => void response.end('{"progress":{"bytes":1}}\n'))
    expect(await lastLine(transport, where, signal)).toBe('{"progress":{"bytes":1}}')
    const [seen] = server.requests('GET', '/api/v1/namespaces/kiavi-system/pods/backup-x/log')
    expect(Object.fromEntries(seen?.query ?? [])).toEqual({
      ...{ container: 'dump', tailLines: '1', limitBytes: '16384' },
    })
  })

  it('knows nothing where there is no line', async () => {
    server.next((response) => void response.end())
    expect(await lastLine(transport, where, signal)).toBeUndefined()
  })

  it('knows nothing where it cannot be asked: nothing is decided by it', async () => {
    server.next(status(403, 'Forbidden'))
    expect(await lastLine(transport, where, signal)).toBeUndefined()
  })
})
