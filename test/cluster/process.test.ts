import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { endProcess, isAlive, startProcess, startTimeOf, untilReady } from './process.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiavi-process-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const shell = (script: string, leashed = true) =>
  startProcess({
    name: 'sh',
    command: '/bin/sh',
    args: ['-c', script],
    logFile: join(folder, 'log'),
    leashed,
  })
const never = () => Promise.resolve(false)

describe('startProcess', () => {
  it('writes its output to the log, and inherits nothing but PATH', async () => {
    process.env['KIAVI_TEST_SECRET'] = 'x'
    const child = await shell('echo "[$KIAVI_TEST_SECRET]"; echo err >&2; exit 3')
    expect(await child.exited).toEqual({ code: 3, signal: null })
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('[]\nerr\n')
  })

  it('ends what its process started, too', async () => {
    const child = await shell(`sleep 60 & echo $! > ${folder}/child; wait`)
    const grandchild = await eventually('the pid', () =>
      Promise.resolve(existsSync(`${folder}/child`) && Number(readFileSync(`${folder}/child`, 'utf8'))),
    )
    await child.stop()
    await eventually('its end', () => Promise.resolve(startTimeOf(grandchild) === undefined))
    expect(isAlive(child.record)).toBe(false)
  })

  it('kills what does not listen', async () => {
    const child = await shell(`trap '' TERM; touch ${folder}/ready; while true; do sleep 0.05; done`)
    await untilReady(child, () => Promise.resolve(existsSync(`${folder}/ready`)))
    expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('says what could not be started', async () => {
    const spec = {
      name: 'none',
      command: '/does/not/exist',
      args: [],
      logFile: join(folder, 'log'),
      leashed: true,
    }
    await expect(startProcess(spec)).rejects.toThrow('Could not start none (/does/not/exist)')
  })
})

describe('untilReady', () => {
  it('shows the end of the log of a process that ended', async () => {
    const child = await shell('echo the port is taken; exit 1')
    await expect(untilReady(child, never)).rejects.toThrow(
      /sh ended \(1\) before it was ready:\nthe port is taken/,
    )
  })

  it('gives up when the time is over', async () => {
    const child = await shell('sleep 60')
    await expect(untilReady(child, never, 100)).rejects.toThrow('was not ready within 0.1 s')
    await child.stop()
  })
})

describe('endProcess', () => {
  it('ends a process of an earlier run', async () => {
    const child = await shell('sleep 60', false)
    await endProcess(child.record)
    expect(isAlive(child.record)).toBe(false)
  })

  it('leaves alone another process that has the same pid by now', async () => {
    const child = await shell('sleep 60')
    await endProcess({ ...child.record, startTime: '1' })
    expect(isAlive(child.record)).toBe(true)
    await child.stop()
  })
})

describe('leash', () => {
  it('ends processes and undoes what is to be undone when this process is killed', async () => {
    const script = `
      import { leash } from ${JSON.stringify(new URL('leash.ts', import.meta.url).href)}
      import { startProcess } from ${JSON.stringify(new URL('process.ts', import.meta.url).href)}
      const child = await startProcess({ name: 'sleep', command: 'sleep', args: ['60'], logFile: '${folder}/log', leashed: true })
      leash.undo("rm -rf '${folder}/scratch'")
      leash.undo("touch '${folder}/never'")
      leash.forget("touch '${folder}/never'")
      leash.undo("touch '${folder}/undone'")
      process.stdout.write(String(child.record.pid))
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)))
    expect(startTimeOf(pid)).toBeDefined()
    parent.kill('SIGKILL')
    await eventually('the end of the process', () => Promise.resolve(startTimeOf(pid) === undefined))
    await eventually('what was to be undone', () => Promise.resolve(existsSync(`${folder}/undone`)))
    expect(existsSync(`${folder}/never`)).toBe(false)
    // It starts a process of its own, on a machine that may be busy.
  }, 30_000)
})
