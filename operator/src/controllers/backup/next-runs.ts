export interface WaitingRun {
  tenantID: string
  /** Name of the KiaviBackup. */
  name: string
  reason: 'Scheduled' | 'Manual' | 'Final'
  /** Since when it waits. */
  since: Date
}

export interface RunsLook {
  waiting: readonly WaitingRun[]
  /** Tenants of the class with a run that has a Job; one of them may appear once only. */
  running: ReadonlySet<string>
  /** How many runs the class allows at the same time. */
  atOnce: number
  /** When each tenant's newest run began, whatever became of it. */
  lastBegan: ReadonlyMap<string, Date>
}

/**
 * The runs that begin now, the first first. One of a tenant at a time. A tenant's last backup comes first, since its
 * time is short; then whoever had no run for the longest, so that nobody who asks for many keeps others waiting.
 */
export function nextRuns({ waiting, running, atOnce, lastBegan }: RunsLook): WaitingRun[] {
  const order = (run: WaitingRun) => [
    run.reason === 'Final' ? 0 : 1,
    lastBegan.get(run.tenantID)?.getTime() ?? -Infinity,
    run.since.getTime(),
  ]
  const taken = new Set(running)
  const next: WaitingRun[] = []
  for (const run of [...waiting].sort((a, b) => compare(order(a), order(b)) || (a.name < b.name ? -1 : 1))) {
    if (taken.size >= atOnce) break
    if (taken.has(run.tenantID)) continue
    taken.add(run.tenantID)
    next.push(run)
  }
  return next
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1
}
