import { parseObjectName } from '../../backups/object-name.ts'
import { type Refusal } from '../../controllers/backup/sweep/gather.ts'
import { refKey } from '../../controllers/backup/sweep/proof.ts'
import { type Sweep } from '../../controllers/backup/sweep/sweep.ts'
import { type StoredObject } from '../../providers/backups/port.ts'

/** So many of what was refused are named, the others are counted. */
const mostNamed = 3

/** Counts what stays in a store, folder by folder. */
export class Tally {
  #objects = 0
  #bytes = 0
  #backups = 0
  #spared = 0
  #refused = 0
  #oldest = Infinity
  readonly #named: string[] = []

  /** Everything that was listed of a folder, and what was decided about it. */
  add(objects: readonly StoredObject[], { remove, spared, refused }: Sweep): void {
    const gone = new Set(remove.map(refKey))
    const notDue = new Set([...spared, ...refused.map(({ object }) => object.name)])
    for (const object of objects) {
      if (gone.has(refKey(object))) continue
      this.#objects += 1
      this.#bytes += object.bytes
      const parsed = parseObjectName(object.name)
      if (parsed?.part !== 'bundle' || object.state !== 'current') continue
      this.#backups += 1
      if (!notDue.has(object.name)) this.#oldest = Math.min(this.#oldest, parsed.of.expiresAt.getTime())
    }
    this.#spared += spared.length
    this.refuse(refused)
  }

  refuse(refused: readonly Refusal[]): void {
    this.#refused += refused.length
    for (const { object, why } of refused) {
      if (this.#named.length >= mostNamed) return
      this.#named.push(`${shown(object.name)}: ${why}`)
    }
  }

  total() {
    return {
      ...{ objects: this.#objects, bytes: this.#bytes, backups: this.#backups },
      ...{ spared: this.#spared, refused: this.#refused },
      refusedFirst: this.#named.join(' '),
      oldestExpiry: Number.isFinite(this.#oldest) ? new Date(this.#oldest) : undefined,
    }
  }
}

/** Who called it so is a stranger: short, in one line, and in letters that everybody can read. */
const shown = (name: string) => {
  const plain = name.replaceAll(/[^\x20-\x7e]/g, '?')
  return plain.length > 200 ? `${plain.slice(0, 200)}...` : plain
}
