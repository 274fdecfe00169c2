import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperatorProcess, operatorProcess, type Seat } from './operator-process.ts'

/** As the operator behaves to whoever runs it: probes, a log, an end on SIGTERM. */
const program = `
import { createServer } from 'node:http'
console.log(JSON.stringify({ level: 'info', args: process.argv.slice(2), planted: process.env.PLANTED }))
process.once('SIGTERM', () => process.exit(0))
createServer((_, response) => response.end()).listen(Number(process.env.KIAVI_LISTEN_PORT), process.env.KIAVI_LISTEN_HOST)
`

describe('operatorProcess', () => {
  let folder: string
  let operator: OperatorProcess
  const operatorAt = (seat?: Seat) =>
    operatorProcess({
      main: join(folder, 'main.mjs'),
      kubeconfig: '/some/kubeconfig',
      env: { PLANTED: 'yes' },
      logFile: join(folder, 'log'),
      ...(seat === undefined ? {} : { seat }),
    })
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-operator-process-'))
    writeFileSync(join(folder, 'main.mjs'), program)
    writeFileSync(join(folder, 'log'), '')
    operator = operatorAt()
  })
  afterAll(async () => {
    await operator.kill()
    rmSync(folder, { recursive: true })
  })

  it('starts again after it was killed, and its log is read once', async () => {
    const line = { level: 'info', args: ['--kubeconfig', '/some/kubeconfig'], planted: 'yes' }
    await operator.start()
    expect(JSON.parse(operator.newLog())).toEqual(line)
    await operator.kill()
    await expect(fetch(`${operator.url()}/readyz`)).rejects.toThrow()
    expect(operator.newLog()).toBe('')
    await operator.start()
    expect(JSON.parse(operator.newLog())).toEqual(line)
    await operator.kill()
  })

  it('ends by SIGTERM with its own exit code', async () => {
    await operator.start()
    expect(await operator.stop()).toMatchObject({ code: 0 })
  })

  it('is killed in its seat, not the program that put it there', async () => {
    const seated = operatorAt({ inside: ['nice', '-n', '1'], address: '127.0.0.2' })
    await seated.start()
    expect(seated.url()).toMatch(/^http:\/\/127\.0\.0\.2:/)
    expect(readFileSync(`/proc/${seated.pid()}/cmdline`, 'utf8').split('\0').slice(0, 2)).toEqual([
      process.execPath,
      join(folder, 'main.mjs'),
    ])
    await seated.kill()
    await expect(fetch(`${seated.url()}/readyz`)).rejects.toThrow()
  })
})
