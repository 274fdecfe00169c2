import { type ReadManifest } from '../../../operator/src/controllers/backup/sweep/proof.ts'
import {
  StoreClockSkewed,
  StoreDenied,
  StoreExists,
  StoreUnavailable,
} from '../../../operator/src/providers/backups/errors.ts'
import {
  type HalfUpload,
  type ObjectRef,
  type StoredObject,
} from '../../../operator/src/providers/backups/port.ts'
import { type WorldClock } from './world-clock.ts'

/** What S3 servers forgive a clock. */
export const mostSkewMs = 15 * 60_000

export interface SimObject extends StoredObject {
  /** Of a manifest: what somebody who reads it learns. */
  says?: ReadManifest
}

/** A store with a clock of its own: one that refuses whoever is too far from it (`s3`), or one that does not (`volume`). */
export class SimStore {
  readonly kind: 's3' | 'volume'
  readonly objects = new Map<string, SimObject>()
  readonly uploads = new Map<string, HalfUpload>()
  isAway = false
  deniesDeletes = false
  readonly #clock: WorldClock
  #count = 0

  constructor(kind: SimStore['kind'], clock: WorldClock) {
    this.kind = kind
    this.#clock = clock
  }

  /** Whether a caller with the machines' clock gets an answer. */
  get answers(): boolean {
    return !this.isAway && !(this.kind === 's3' && Math.abs(this.#clock.ahead) > mostSkewMs)
  }

  list(): StoredObject[] {
    this.#ask()
    return [...this.objects.values()]
  }

  halfUploads(): HalfUpload[] {
    this.#ask()
    return [...this.uploads.values()]
  }

  read({ name, version }: ObjectRef): ReadManifest {
    this.#ask()
    const found = this.objects.get(name)
    return found?.version === version && found.says ? found.says : { untrusted: 'It is no manifest.' }
  }

  beginUpload(name: string): string {
    this.#ask()
    this.#count += 1
    const uploadID = `u${this.#count}`
    this.uploads.set(uploadID, { name, uploadID, startedAt: new Date(this.#clock.trueNow) })
    return uploadID
  }

  put(name: string, bytes: number, says?: ReadManifest): SimObject {
    this.#ask()
    if (this.objects.has(name)) throw new StoreExists(`${name} is there.`)
    return this.place(name, bytes, says)
  }

  /** By whoever does not ask. */
  place(name: string, bytes: number, says?: ReadManifest): SimObject {
    this.#count += 1
    const object: SimObject = {
      ...{
        name,
        version: `v${this.#count}`,
        bytes,
        storedAt: new Date(this.#clock.trueNow),
        state: 'current',
      },
      ...(says ? { says } : {}),
    }
    this.objects.set(name, object)
    return object
  }

  remove({ name, version }: ObjectRef): void {
    this.#ask()
    if (this.deniesDeletes) throw new StoreDenied('Deletes are denied.')
    if (this.objects.get(name)?.version === version) this.objects.delete(name)
  }

  abort({ uploadID }: HalfUpload): void {
    this.#ask()
    this.uploads.delete(uploadID)
  }

  #ask(): void {
    if (this.isAway) throw new StoreUnavailable('The store does not answer.')
    if (!this.answers) throw new StoreClockSkewed('The clocks are too far apart.')
  }
}
