import { type Writable } from 'node:stream'
import { JobError } from '../backups/errors.ts'

/**
 * Gives a program all of a source, and says whether it was there for all of it: one that has seen enough may go, and the
 * rest is then read and dropped. Not `pipeline`: a program that exits the moment it has read the end is torn down by Node,
 * which then sometimes tells of a premature close instead of an end. Whether it ended well is told by its exit.
 */
export async function feed(source: AsyncIterable<Uint8Array>, program: Writable): Promise<boolean> {
  for await (const chunk of source) {
    if (program.writable && !program.write(chunk)) await drained(program)
  }
  const whole = program.writable
  program.end()
  return whole
}

/** The same for a program that needs all of it. */
export async function feedAll(
  source: AsyncIterable<Uint8Array>,
  program: Writable,
  name: string,
): Promise<void> {
  if (await feed(source, program)) return
  throw new JobError('TOOL_FAILED', `${name} went before it had read all that it was given.`)
}

const drained = (program: Writable) =>
  new Promise<void>((resolve) => {
    const done = () => {
      program.off('drain', done)
      program.off('close', done)
      resolve()
    }
    program.on('drain', done)
    program.on('close', done)
  })
