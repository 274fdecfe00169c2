import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperatorProcess, operatorProcess } from './operator-process.ts'

/** As the operator behaves to whoever runs it: probes, a log, an end on SIGTERM. */
const program = `
import { createServer } from 'node:http'
console.log(JSON.stringify({ level: 'info', args: process.argv.slice(2), planted: process.env.PLANTED }))
process.once('SIGTERM', () => process.exit(0))
createServer((_, response) => response.end()).listen(Number(process.env.KIAVI_LISTEN_PORT), '127.0.0.1')
`

describe('operatorProcess', () => {
  let folder: string
  let operator: OperatorProcess
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-operator-process-'))
    writeFileSync(join(folder, 'main.mjs'), program)
    writeFileSync(join(folder, 'log'), '')
    operator = operatorProcess({
      main: join(folder, 'main.mjs'),
      kubeconfig: '/some/kubeconfig',
      env: { PLANTED: 'yes' },
      logFile: join(folder, 'log'),
    })
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
})
