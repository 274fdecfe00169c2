/** For how long something was well, of a time that passes: an operator that could have worked. */
export class Uptime {
  /** Where it changed, in order: the moment, and how much had passed by then. */
  readonly #changes: { at: number; passed: number; isWell: boolean }[] = []

  set(at: number, isWell: boolean): void {
    const last = this.#changes.at(-1)
    if (last?.isWell === isWell) return
    this.#changes.push({ at, passed: this.until(at), isWell })
  }

  /** What had passed by a moment. */
  until(moment: number): number {
    let low = 0
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#changes[middle]!.at <= moment) low = middle + 1
      else high = middle
    }
    const change = this.#changes[low - 1]
    if (!change) return 0
    return change.passed + (change.isWell ? moment - change.at : 0)
  }

  between(from: number, to: number): number {
    return to <= from ? 0 : this.until(to) - this.until(from)
  }
}
