import { z } from 'zod'
import { JobError } from '../backups/errors.ts'
import { type Frame } from '../backups/frames.ts'

const hello = z.strictObject({ object: z.string(), expectedBytes: z.int().min(0) })

/** The first frame: which bundle comes, and about how long it will be. Refuses another one than this container was told of. */
export async function readHello(
  frames: AsyncIterator<Frame>,
  object: string,
): Promise<{ expectedBytes: number }> {
  const frame = await nextFrame(frames, 'hello')
  const { success, data } = hello.safeParse(json(frame.text))
  if (success && data.object === object) return data
  throw new JobError(
    'JOB_MISCONFIGURED',
    'The two containers of this Job were told of different backups. Both read one document.',
  )
}

/** The next frame, of this kind and no other. */
export async function nextFrame<Kind extends Frame['kind']>(
  frames: AsyncIterator<Frame>,
  kind: Kind,
): Promise<Extract<Frame, { kind: Kind }>> {
  const next = await frames.next()
  if (next.done !== true && isKind(next.value, kind)) return next.value
  throw new JobError(
    'PIPE_CUT',
    `The other container of this Job sent something else than the ${kind} that comes now. Use one image for both.`,
  )
}

const isKind = <Kind extends Frame['kind']>(
  frame: Frame,
  kind: Kind,
): frame is Extract<Frame, { kind: Kind }> => frame.kind === kind

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
