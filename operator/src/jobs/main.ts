import { mkdir, writeFile } from 'node:fs/promises'
import { JobError } from '../backups/errors.ts'
import { loadJobConfig } from './config.ts'
import { programs } from './programs.ts'
import { type JobReport, failed, progressLines, reportLine, succeeded } from './report.ts'

const stopping = new AbortController()
/** What is told to stop has this long to say so. */
const stopLimitMs = 10_000

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.once(name, () => {
    const why =
      'The Job was told to stop before it was done: its deadline passed, or its pod was deleted or evicted.'
    stopping.abort(new JobError('JOB_STOPPED', why))
    setTimeout(() => process.exit(1), stopLimitMs).unref()
  })
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const report = await run()
say(reportLine(report))
await writeFile(process.env['KIAVI_TERMINATION_LOG'] ?? '/dev/termination-log', reportLine(report)).catch(
  () => {},
)
process.exit(report.result === 'succeeded' ? 0 : 1)

async function run(): Promise<JobReport> {
  try {
    const config = loadJobConfig(process.env)
    const name = process.argv[2] ?? ''
    if (!isProgram(name))
      throw new JobError(
        'JOB_MISCONFIGURED',
        `The first argument is one of ${Object.keys(programs).join(', ')}.`,
      )
    await mkdir(config.privateFolder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      const message = `${config.privateFolder} cannot be written. Mount a volume in memory there, writable by this user.`
      throw new JobError('JOB_MISCONFIGURED', message, { cause })
    })
    const facts = await programs[name](config, {
      signal: stopping.signal,
      now: () => new Date(),
      progress: progressLines(say, () => performance.now()),
      privateFolder: config.privateFolder,
    })
    return succeeded(facts)
  } catch (error) {
    return failed(error)
  }
}

function isProgram(name: string): name is keyof typeof programs {
  return Object.hasOwn(programs, name)
}
