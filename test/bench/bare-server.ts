import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../cluster/free-ports.ts'
import { type ServingProcess, startServing } from './built-runtime.ts'

const program = join(import.meta.dirname, 'bare-server.mjs')

export interface StaticAnswer {
  path: string
  /** Names and values in turn, as they go over the wire. */
  headers: string[]
  body: string
}

/** A bare node:http server with the runtime's V8 flags, on the runtime's core. */
export async function startBareServer(answer: StaticAnswer): Promise<ServingProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-bare-'))
  const file = join(folder, 'answer.json')
  writeFileSync(file, JSON.stringify(answer))
  const [http = 0] = await freePorts(1, '127.0.0.1')
  try {
    return await startServing({
      name: 'bare-server',
      args: [program, String(http), file],
      env: {},
      ports: { http, ready: `http://127.0.0.1:${http}${answer.path}` },
    })
  } finally {
    // It has read the file before it answers.
    rmSync(folder, { recursive: true, force: true })
  }
}
