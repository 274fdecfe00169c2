/** The clock on a machine's wall: it runs with the true time and is wrong by as much as it was set to. */
export class WallClock {
  readonly #true: () => number
  /** By how much it is ahead, in milliseconds. */
  ahead: number

  constructor(trueTime: () => number, ahead = 0) {
    this.#true = trueTime
    this.ahead = ahead
  }

  now = (): Date => new Date(this.#true() + this.ahead)
}
