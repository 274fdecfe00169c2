import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { signedInSince } from '../domain/session.ts'
import { readKeySet, type KeySet } from './key-set.ts'
import { Published, type ServedKeySet } from './published.ts'

/** How old a look at the mounted files may be when somebody asks for the keys, in milliseconds. */
const lookAgainAfter = 1_000

export interface KeyRingEvents {
  /** A key set was taken into use. */
  loaded: (keySet: KeySet) => void
  /** What lies there cannot be used; the keys in memory, if any, stay in use. */
  refused: (error: Error) => void
}

export interface Clocks {
  /** In milliseconds; only goes forward. */
  monotonic: () => number
  wall: () => Date
}

export interface KeySetInUse extends KeySet {
  /** Since when a person must have signed in for their session to go on. */
  signedInSince: Date
}

/**
 * The signing keys, read on demand: whoever asks after more than a second has the files looked at first, so that a
 * new key set is in use at once, and an idle service does nothing. What was read stays in use while files are away
 * or broken.
 *
 * What lies there counts, also where its version is lower than the one in use: the operator's record was restored,
 * and a process that knew better would sign with a key that nobody keeps any more.
 */
export class KeyRing {
  readonly #folder: string
  readonly #events: KeyRingEvents
  readonly #clocks: Clocks
  readonly #published: Published
  #keySet: KeySetInUse | undefined
  /** Which files the key set in use was read from; empty once they were seen away or broken. */
  #readFrom = ''
  #complained = ''
  #heardAt = new Date(0)
  #lookedAt = -Infinity
  #looking: Promise<void> | undefined

  constructor(folder: string, events: KeyRingEvents, clocks: Clocks) {
    this.#folder = folder
    this.#events = events
    this.#clocks = clocks
    this.#published = new Published(clocks.monotonic)
  }

  /** The key set in use; `undefined` when none could ever be read. */
  async current(): Promise<KeySetInUse | undefined> {
    if (this.#clocks.monotonic() - this.#lookedAt >= lookAgainAfter) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
      })
    }
    await this.#looking
    return this.#keySet
  }

  /** The same key set, and for how long this process has served it. */
  async served(): Promise<ServedKeySet | undefined> {
    await this.current()
    return this.#published.served()
  }

  async #look(): Promise<void> {
    const files = await this.#files()
    this.#lookedAt = this.#clocks.monotonic()
    if (files === this.#readFrom) return
    try {
      this.#use(await readKeySet(this.#folder))
      this.#readFrom = files
      this.#complained = ''
    } catch (error) {
      // Exchanged while they were read: the next look finds them whole.
      if ((await this.#files()) !== files) return
      this.#readFrom = ''
      const fault = error instanceof Error ? error : new Error(String(error))
      // Looked at again each time, for what is missing may yet come; told of once.
      const complaint = `${files} ${fault.message}`
      if (complaint !== this.#complained) this.#events.refused(fault)
      this.#complained = complaint
    }
  }

  #use(keySet: KeySet): void {
    const { sessionsNotBefore } = keySet
    if (sessionsNotBefore?.getTime() !== this.#keySet?.sessionsNotBefore?.getTime())
      this.#heardAt = this.#clocks.wall()
    this.#keySet = { ...keySet, signedInSince: signedInSince(sessionsNotBefore, this.#heardAt) }
    this.#published.publish(keySet)
    this.#events.loaded(keySet)
  }

  /** What tells one content of the folder from another: the file behind the kubelet's link. */
  async #files(): Promise<string> {
    try {
      const { dev, ino, mtimeNs, size } = await stat(join(this.#folder, 'keyset.json'), { bigint: true })
      return `${dev} ${ino} ${mtimeNs} ${size}`
    } catch {
      return 'away'
    }
  }
}
