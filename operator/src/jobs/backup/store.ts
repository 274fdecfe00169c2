import { JobError } from '../../backups/errors.ts'
import { type Frame, readFrames } from '../../backups/frames.ts'
import { type InstallationKeys } from '../../backups/installation-key.ts'
import { judgeBundle, judgeManifest } from '../../backups/judge-manifest.ts'
import { type Manifest } from '../../backups/manifest.ts'
import { type BackupName, bundleName, manifestName } from '../../backups/object-name.ts'
import { verifyManifest } from '../../backups/verify-manifest.ts'
import { type BackupStore, type ObjectRef, type PutObject } from '../../providers/backups/port.ts'
import { verifyStored } from '../../providers/backups/verify-stored.ts'
import { type JobIO, type PeerPlace } from '../job.ts'
import { awaitPeer } from '../peer.ts'
import { nextFrame, readHello } from '../read-hello.ts'

export interface StoreOrder extends PeerPlace {
  name: BackupName
  keys: InstallationKeys
}

export interface Stored {
  manifest: Manifest
  /** Where it lies, by the store's own clock and versions. */
  bundle: PutObject
  signed: PutObject
}

/**
 * Takes a bundle from the pipe into the store. Sees only ciphertext. The manifest, without which a bundle is no backup,
 * is put last: after the bundle was read back and is what was sent. What fails leaves nothing behind, as far as the
 * store lets us; earlier backups are not touched in any case.
 */
export async function storeBundle(order: StoreOrder, store: BackupStore, io: JobIO): Promise<Stored> {
  const { signal } = io
  const socket = await awaitPeer({ path: order.socket, signal, waitMs: order.peerWaitMs })
  const cut = () => socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  const put: ObjectRef[] = []
  try {
    const frames = readFrames(socket)
    const { bundle, jws } = await takeBundle(order, store, frames, io)
    put.push(bundle)
    const manifest = verifyManifest(jws, order.keys)
    judgeManifest(manifest, expected(order.name), io.now())
    judgeBundle(manifest, bundle)
    await nextFrame(frames, 'end')
    await frames.next()
    await verifyStored(store, bundle, signal)
    const signed = await store.put(
      { name: manifestName(order.name), expiresAt: order.name.expiresAt, expectedBytes: jws.length },
      once(Buffer.from(jws)),
      signal,
    )
    put.push(signed)
    await verifyStored(store, signed, signal)
    return { manifest, bundle, signed }
  } catch (error) {
    socket.destroy()
    // Manifest first: a bundle without one is no backup. What cannot be removed now is swept later.
    for (const object of put.toReversed()) await store.remove(object).catch(() => {})
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** The upload is completed only when the manifest came: so only after pg_dump and age had ended well. */
async function takeBundle(order: StoreOrder, store: BackupStore, frames: AsyncGenerator<Frame>, io: JobIO) {
  const name = bundleName(order.name)
  const { expectedBytes } = await readHello(frames, name)
  let jws: string | undefined
  let bytes = 0
  const body = async function* () {
    for (;;) {
      const next = await frames.next()
      if (next.done === true || (next.value.kind !== 'data' && next.value.kind !== 'manifest'))
        throw strange()
      if (next.value.kind === 'manifest') {
        jws = next.value.text
        return
      }
      bytes += next.value.bytes.length
      io.progress({ bytes })
      yield next.value.bytes
    }
  }
  const bundle = await store.put({ name, expiresAt: order.name.expiresAt, expectedBytes }, body(), io.signal)
  if (jws === undefined) throw strange()
  return { bundle, jws }
}

/** Which backup this Job makes. */
const expected = (name: BackupName) => ({ ...name, object: bundleName(name) })

// eslint-disable-next-line @typescript-eslint/require-await -- the store takes a stream
async function* once(bytes: Uint8Array) {
  yield bytes
}

const strange = () =>
  new JobError(
    'PIPE_CUT',
    'The other container of this Job did not send what comes after a bundle. Use one image for both.',
  )
