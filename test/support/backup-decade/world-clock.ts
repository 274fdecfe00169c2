import { type Timeline } from '../key-year/timeline.ts'

/** True time, and what the clock of the operator's machines says it is. */
export class WorldClock {
  readonly #timeline: Timeline
  /** By how much the machines' clock is ahead, in milliseconds. */
  ahead = 0

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  get trueNow(): number {
    return this.#timeline.now
  }

  wall(): Date {
    return new Date(this.trueNow + this.ahead)
  }
}
