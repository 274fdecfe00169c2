/** An S3 server on a folder of this machine: versitygw, with signatures checked. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries } from './binaries.ts'
import { freePorts } from './free-ports.ts'
import { leash } from './leash.ts'
import { startProcess, untilReady } from './process.ts'
import { type Progress, toStderr } from './progress.ts'

export interface ObjectStore {
  endpoint: string
  region: string
  accessKey: string
  secretKey: string
  /** What the buckets are on disk; a test may damage a file there. */
  folder: string
  pid: number
  stop(): Promise<void>
}

export interface ObjectStoreOptions {
  /** 127.0.0.1 unless given: pods reach it at their cluster's host address. */
  address?: string
  progress?: Progress
}

const region = 'fr-par'

export async function startObjectStore(options: ObjectStoreOptions = {}): Promise<ObjectStore> {
  const { address = '127.0.0.1', progress = toStderr } = options
  const { versitygw } = await findBinaries(['versitygw'], { progress })
  const home = mkdtempSync(join(tmpdir(), 'kiavi-object-store-'))
  const removal = `rm -rf '${home}'`
  leash.undo(removal)
  const folder = join(home, 'buckets')
  const versions = join(home, 'versions')
  for (const each of [folder, versions]) mkdirSync(each)
  const accessKey = `K${randomBytes(9).toString('hex').toUpperCase()}`
  const secretKey = randomBytes(24).toString('base64url')
  const [port] = (await freePorts(1, address)) as [number]
  const endpoint = `http://${address}:${port}`
  const running = await startProcess({
    name: 'versitygw',
    command: versitygw,
    args: [
      `--port=${address}:${port}`,
      `--region=${region}`,
      '--quiet',
      'posix',
      '--versioning-dir',
      versions,
      folder,
    ],
    // By environment: the arguments of a process are everybody's to read.
    env: { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    cwd: home,
    logFile: join(home, 'versitygw.log'),
    leashed: true,
  })
  const answers = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    )
  const stop = async () => {
    await running.stop()
    rmSync(home, { recursive: true, force: true })
    leash.forget(removal)
  }
  try {
    await untilReady(running, answers)
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, region, accessKey, secretKey, folder, pid: running.record.pid, stop }
}
