import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KeySetRefused, readKeySet, type KeySet } from './key-set.ts'
import { Published, type PublishedKey } from './published.ts'

/** How old a look at the mounted files may be when somebody asks for the keys, in milliseconds. */
const lookAgainAfter = 1_000

export interface KeyRingEvents {
  /** A key set was taken into use. */
  loaded: (keySet: KeySet) => void
  /** What lies there cannot be used; the keys in memory, if any, stay in use. */
  refused: (error: Error) => void
}

/**
 * The signing keys, read on demand: whoever asks after more than a second has the files looked at first, so that a
 * new key set is in use at once, and an idle service does nothing. What was read stays in use while files are away.
 */
export class KeyRing {
  readonly #folder: string
  readonly #events: KeyRingEvents
  readonly #now: () => number
  readonly #published: Published
  #keySet: KeySet | undefined
  #version = ''
  #lookedAt = -Infinity
  #looking: Promise<void> | undefined

  constructor(folder: string, events: KeyRingEvents, now: () => number) {
    this.#folder = folder
    this.#events = events
    this.#now = now
    this.#published = new Published(now)
  }

  /** What this process has published of the set in use, and for how long. */
  published(): PublishedKey[] {
    return this.#published.list()
  }

  /** The key set in use; `undefined` when none could ever be read. */
  async current(): Promise<KeySet | undefined> {
    if (this.#now() - this.#lookedAt >= lookAgainAfter) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    }
    return this.#keySet
  }

  async #look(): Promise<void> {
    const version = await this.#seen()
    this.#lookedAt = this.#now()
    if (version === this.#version) return
    try {
      this.#keySet = await readKeySet(this.#folder)
      this.#version = version
      this.#published.publish(this.#keySet.verifyingKeys.keys())
      this.#events.loaded(this.#keySet)
    } catch (error) {
      // Bad or absent files are judged, and told of, once; what only failed to be read is tried again.
      this.#version = error instanceof KeySetRefused || version === 'away' ? version : ''
      this.#events.refused(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** What tells one content of the folder from another: the file behind the kubelet's link. */
  async #seen(): Promise<string> {
    try {
      const { dev, ino, mtimeNs, size } = await stat(join(this.#folder, 'keyset.json'), { bigint: true })
      return `${dev} ${ino} ${mtimeNs} ${size}`
    } catch {
      return 'away'
    }
  }
}
