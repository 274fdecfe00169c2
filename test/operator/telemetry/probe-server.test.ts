import { afterEach, describe, expect, it } from 'vitest'
import { type ProbeServer, startProbeServer } from '../../../operator/src/telemetry/probe-server.ts'

describe('startProbeServer', () => {
  let server: ProbeServer | undefined
  afterEach(() => server?.close())

  async function ask(
    path: string,
    state: { stuck?: string; unready?: string; broken?: boolean } = {},
    method = 'GET',
  ) {
    server = await startProbeServer({
      host: '127.0.0.1',
      port: 0,
      stuck: () => state.stuck,
      unready: () => state.unready,
      metrics: () =>
        state.broken
          ? Promise.reject(new Error('secret detail'))
          : Promise.resolve({ contentType: 'text/x', text: 'm 1\n' }),
    })
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    return [response.status, await response.text()]
  }

  it.each([
    { path: '/livez', state: {}, answer: [200, 'ok\n'] },
    { path: '/livez', state: { stuck: 'watch is dead' }, answer: [503, 'watch is dead\n'] },
    { path: '/livez', state: { unready: 'not synced' }, answer: [200, 'ok\n'] },
    { path: '/readyz', state: { unready: 'not synced' }, answer: [503, 'not synced\n'] },
    { path: '/readyz', state: { stuck: 'watch is dead' }, answer: [503, 'watch is dead\n'] },
    { path: '/readyz', state: {}, answer: [200, 'ok\n'] },
    { path: '/metrics', state: {}, answer: [200, 'm 1\n'] },
    { path: '/metrics', state: { broken: true }, answer: [500, 'the metrics cannot be gathered\n'] },
    { path: '/', state: {}, answer: [404, 'there are /livez, /readyz and /metrics\n'] },
  ])('answers $path with $answer.0 in state $state', async ({ path, state, answer }) => {
    expect(await ask(path, state)).toEqual(answer)
  })

  it('takes no POST', async () => {
    expect(await ask('/livez', {}, 'POST')).toEqual([405, 'only GET\n'])
  })
})
