/** What became of all edits. */
export class Tally {
  edited = 0
  refused = 0
  filledIn = 0
  slowestMs = 0
  slowest = ''
  readonly lost: string[] = []

  count(outcome: 'refused' | 'filled in'): void {
    if (outcome === 'refused') this.refused++
    else this.filledIn++
  }

  /** How many edits took hold meanwhile. */
  async during(work: () => Promise<void>): Promise<number> {
    const before = this.edited
    await work()
    return this.edited - before
  }

  /** `milliseconds` undefined: it was not back in time. */
  back(what: string, milliseconds: number | undefined): void {
    this.edited++
    if (milliseconds === undefined) this.lost.push(what)
    else if (milliseconds > this.slowestMs) {
      this.slowestMs = milliseconds
      this.slowest = what
    }
  }
}
