type Happening = () => void | Promise<void>

interface Event {
  at: number
  order: number
  run: Happening
}

/** True time of a simulated world, in milliseconds; it moves from one event to the next. */
export class Timeline {
  #now: number
  #count = 0
  /** A binary heap: the soonest first. */
  readonly #heap: Event[] = []
  #passing: Promise<void> = Promise.resolve()

  constructor(start: number) {
    this.#now = start
  }

  get now(): number {
    return this.#now
  }

  /** When the next event is; Infinity when there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity
  }

  after(ms: number, run: Happening): void {
    this.#push({ at: this.#now + Math.max(ms, 0), order: this.#count++, run })
  }

  /** Nothing happens until then. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at)
  }

  /** Moves to the next event and lets it happen. */
  async step(): Promise<void> {
    const event = this.#pop()
    if (!event) return
    this.moveTo(event.at)
    await event.run()
  }

  /** Lets time pass with all that happens in it. Who asks while another waits comes after that one. */
  pass(ms: number): Promise<void> {
    const passed = this.#passing.then(async () => {
      const end = this.#now + ms
      while (this.nextAt <= end) await this.step()
      this.moveTo(end)
    })
    this.#passing = passed
    return passed
  }

  #push(event: Event): void {
    const heap = this.#heap
    let at = heap.push(event) - 1
    for (let up = (at - 1) >> 1; at > 0 && isBefore(event, heap[up]!); at = up, up = (at - 1) >> 1) {
      heap[at] = heap[up]!
      heap[up] = event
    }
  }

  #pop(): Event | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!last || !first || heap.length === 0) return first
    heap[0] = last
    for (let at = 0; ;) {
      const left = 2 * at + 1
      if (left >= heap.length) break
      const right = left + 1
      const down = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left
      if (!isBefore(heap[down]!, last)) break
      heap[at] = heap[down]!
      heap[down] = last
      at = down
    }
    return first
  }
}

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order)
