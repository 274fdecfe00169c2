import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type ExpectedBackup, judgeBundle, judgeManifest, judgeStored } from '../../backups/judge-manifest.ts'
import { JobError } from '../../backups/errors.ts'
import { type Manifest } from '../../backups/manifest.ts'
import { mostManifestBytes, verifyManifest } from '../../backups/verify-manifest.ts'
import { type BackupStore } from '../../providers/backups/port.ts'
import { type JobIO, type PeerPlace } from '../job.ts'
import { createMeter } from '../meter.ts'
import { goToPeer } from '../peer.ts'
import { frameSender } from '../send-frames.ts'

export interface FetchOrder extends PeerPlace {
  expected: ExpectedBackup
  keys: InstallationKeys
}

/**
 * Brings a backup from the store into the pipe. Knows no identity: it could not read it. Says `end` only when every byte
 * went through and all of them together are what the manifest says.
 */
export async function fetchBundle(order: FetchOrder, store: BackupStore, io: JobIO): Promise<Manifest> {
  const { signal } = io
  const { object } = order.expected
  const sender = frameSender(await goToPeer({ path: order.socket, signal, waitMs: order.peerWaitMs }), signal)
  try {
    const jws = await readManifest(store, order.expected.object, signal)
    const manifest = verifyManifest(jws, order.keys)
    judgeManifest(manifest, order.expected, io.now())
    const head = await store.head(object, signal)
    if (head === undefined) throw missing(object)
    judgeStored(manifest, head)
    await sender.send({ kind: 'hello', text: JSON.stringify({ object, expectedBytes: head.bytes }) })
    await sender.send({ kind: 'manifest', text: jws })
    const { body } = await store.read({ name: object, version: head.version }, signal)
    const meter = createMeter((bytes) => io.progress({ bytes, ofBytes: manifest.bundle.bytes }))
    for await (const bytes of meter.through(body)) await sender.send({ kind: 'data', bytes })
    judgeBundle(manifest, meter.total())
    await sender.end()
    return manifest
  } catch (error) {
    await sender.fail(error instanceof Error ? error.message : 'The backup could not be fetched.')
    throw error
  }
}

async function readManifest(store: BackupStore, bundle: string, signal: AbortSignal): Promise<string> {
  const { body } = await store.read({ name: bundle.replace(/\.age$/, '.manifest') }, signal)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > mostManifestBytes)
      throw new JobError(
        'MANIFEST_UNREADABLE',
        'What lies in the place of the manifest is far too large for one. Use another backup.',
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const missing = (object: string) =>
  new JobError(
    'BUNDLE_CUT',
    `${object} is not in the store, and its manifest is: it was deleted. Use another backup.`,
  )
