import { type PeerPlace } from '../../../operator/src/jobs/job.ts'
import { goToPeer } from '../../../operator/src/jobs/peer.ts'
import { frameSender } from '../../../operator/src/jobs/send-frames.ts'
import { type Shown } from './damages.ts'

/** The container that holds the store's credential, taken over by somebody: it passes on whatever lies there. */
export async function carryUnseen(
  { socket, peerWaitMs }: PeerPlace,
  object: string,
  { bundle, manifest }: Shown,
): Promise<void> {
  const signal = AbortSignal.timeout(60_000)
  const sender = frameSender(await goToPeer({ path: socket, signal, waitMs: peerWaitMs }), signal)
  const bytes = bundle ?? Buffer.alloc(0)
  await sender.send({ kind: 'hello', text: JSON.stringify({ object, expectedBytes: bytes.length }) })
  await sender.send({ kind: 'manifest', text: (manifest ?? Buffer.alloc(0)).toString('utf8') })
  if (bytes.length > 0) await sender.send({ kind: 'data', bytes })
  await sender.end()
}
