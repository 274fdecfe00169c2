const most = 60

/** What happened to a tenant last, for a person to read after a failure. */
export class Trail {
  readonly #elapsed: () => number
  readonly #lines: string[] = []

  /** Milliseconds since the beginning. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed
  }

  say = (line: string): void => {
    const at = this.#elapsed()
    const day = Math.floor(at / 86_400_000)
    const time = new Date(at).toISOString().slice(11, 23)
    this.#lines.push(`day ${day} ${time}  ${line}`)
    if (this.#lines.length > most) this.#lines.shift()
  }

  last(count: number): string[] {
    return this.#lines.slice(-count)
  }
}
