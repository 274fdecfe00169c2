import { describe, expect, it } from 'vitest'
import { createLog } from '../../../operator/src/telemetry/log.ts'

function capture() {
  const lines: Record<string, unknown>[] = []
  const log = createLog({
    level: 'info',
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  })
  return { log, lines }
}

describe('createLog', () => {
  it('writes one JSON line with time, level and program', () => {
    const { log, lines } = capture()
    log.child({ tenant: 'customers/acme' }).info({ step: 'mint' }, 'reconciled')
    log.debug('not at this level')
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        program: 'kiavi-operator',
        tenant: 'customers/acme',
        step: 'mint',
        msg: 'reconciled',
      },
    ])
  })

  it.each(['password', 'token', 'authorization', 'privatePem', 'stringData', 'data', 'key', 'secret'])(
    'never writes what is called %s, at any of three depths',
    (name) => {
      const { log, lines } = capture()
      log.info({ [name]: 'hunter2', a: { [name]: 'hunter2', b: { [name]: 'hunter2' } } }, 'x')
      expect(JSON.stringify(lines)).not.toContain('hunter2')
      expect(JSON.stringify(lines)).toContain('[redacted]')
    },
  )

  it("writes an error's code and words, and nothing of its cause", () => {
    const { log, lines } = capture()
    const cause = new Error('body was {"password":"hunter2"}')
    log.error({ err: Object.assign(new Error('refused', { cause }), { code: 'KUBE_INVALID' }) }, 'failed')
    expect(lines[0]).toMatchObject({ err: { name: 'Error', message: 'refused', code: 'KUBE_INVALID' } })
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })
})
