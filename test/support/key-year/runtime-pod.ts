import { KeyRing } from '../../../runtime/src/keys/key-ring.ts'
import { type KeySet } from '../../../runtime/src/keys/key-set.ts'
import { checkReadiness } from '../../../runtime/src/readiness.ts'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { mount, unmount } from './memory-files.ts'
import { type Timeline } from './timeline.ts'
import { WallClock } from './wall-clock.ts'

export interface PodBirth {
  name: string
  uid: string
  address: string
  /** Which template it was made from. */
  template: string
  /** What its document says: read once, when it starts. */
  accessTokenSeconds: number
}

/** `starting`: no request reaches it yet. `ending`: it drains. */
export type PodState = 'starting' | 'serving' | 'ending' | 'gone'

export interface PodTold {
  /** Verifiers get another JWKS of it, or it signs with another key, from this moment on. */
  serves: (pod: RuntimePod) => void
  refused: (pod: RuntimePod, why: Error) => void
}

/** A pod that runs the shipped key code on files that a kubelet gives it. */
export class RuntimePod {
  readonly birth: PodBirth
  readonly wall: WallClock
  state: PodState = 'starting'
  /** Its kubelet mounts nothing new before then. */
  slowUntil = 0
  /** Nobody of the operator's network reaches it before then; those who verify tokens do. */
  unreachableUntil = 0
  /** Its node is cut off: it is marked as not ready, and no request is sent to it. */
  isCutOff = false
  /** What it serves; absent before it could read any. */
  keySet: KeySet | undefined
  mounted = ''
  readonly #timeline: Timeline
  readonly #told: PodTold
  readonly #folder: string
  #bootedAt: number
  #ring: KeyRing

  constructor(birth: PodBirth, timeline: Timeline, told: PodTold) {
    this.birth = birth
    this.#timeline = timeline
    this.#told = told
    this.#folder = `/pods/${birth.uid}`
    this.wall = new WallClock(() => timeline.now)
    this.#bootedAt = timeline.now
    this.#ring = this.#newRing()
  }

  get name(): string {
    return this.birth.name
  }

  /** The kubelet gives it files. */
  mount(files: Readonly<Record<string, string>>): void {
    this.mounted = files['keyset.json'] ?? ''
    mount(this.#folder, files)
  }

  /** Something asks it for its keys, as its kubelet does every other second. */
  async look(): Promise<KeySet | undefined> {
    return this.state === 'gone' ? undefined : this.#ring.current()
  }

  /** Its container ends and starts anew: what it remembered is gone, what is mounted is not. */
  async restart(): Promise<void> {
    this.#bootedAt = this.#timeline.now
    this.keySet = undefined
    this.#ring = this.#newRing()
    await this.look()
  }

  /** Answers of `/readyz` and of the JWKS, as the shipped code makes them. */
  async answer(path: string): Promise<{ status: number; body: string }> {
    if (path.endsWith('/jwks.json')) {
      const keySet = await this.look()
      return keySet ? { status: 200, body: keySet.jwks.body.toString() } : { status: 503, body: '{}' }
    }
    const readiness = await checkReadiness({
      store: { readSchemaVersion: () => Promise.resolve(schemaVersion) },
      keys: this.#ring,
      version: '1.0.0',
      draining: () => this.state === 'ending',
    })
    return { status: readiness.ready ? 200 : 503, body: JSON.stringify(readiness) }
  }

  end(): void {
    this.state = 'gone'
    unmount(this.#folder)
  }

  #newRing(): KeyRing {
    return new KeyRing(
      this.#folder,
      {
        loaded: (keySet) => {
          this.keySet = keySet
          this.#told.serves(this)
        },
        refused: (why) => this.#told.refused(this, why),
      },
      { monotonic: () => this.#timeline.now - this.#bootedAt, wall: this.wall.now },
    )
  }
}
