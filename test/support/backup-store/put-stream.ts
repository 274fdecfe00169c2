/**
 * A process of its own that puts one long stream, reads it back, and tells what it took: so that nothing but that is in its
 * memory. It is told where by JSON on its standard input.
 */
import { text } from 'node:stream/consumers'
import { createS3Store } from '../../../operator/src/providers/backups/s3.ts'
import { verifyStored } from '../../../operator/src/providers/backups/verify-stored.ts'
import { createVolumeStore } from '../../../operator/src/providers/backups/volume.ts'
import { noise } from './noise.ts'
import { type PutStreamAsked, type PutStreamTold } from './put-stream-told.ts'

const MiB = 2 ** 20
/** Linux tells kilobytes. */
const peakMiB = () => process.resourceUsage().maxRSS / 1024

const asked = JSON.parse(await text(process.stdin)) as PutStreamAsked
const store = asked.s3 ? createS3Store(asked.s3) : createVolumeStore(asked.volume!)
const emptyMiB = peakMiB()
const { bytes, expectedBytes } = asked
const began = performance.now()
const object = { name: 'long.age', expiresAt: new Date('2026-12-22T02:00:00Z'), expectedBytes }
const done = await store.put(object, noise('long', bytes))
const between = performance.now()
await verifyStored(store, done)
const ended = performance.now()
store.close()
const speed = (ms: number) => bytes / MiB / (ms / 1000)
const told: PutStreamTold = {
  emptyMiB,
  peakMiB: peakMiB(),
  putMiBPerSecond: speed(between - began),
  readMiBPerSecond: speed(ended - between),
}
process.stdout.write(`${JSON.stringify(told)}\n`)
