import { type WaitingRun, nextRuns } from './next-runs.ts'

/** What is remembered of a class's backups. */
export interface FleetLook {
  /** Runs of other tenants that have said that they wait for room. */
  waiting: readonly WaitingRun[]
  /** Tenants with a Job that has not ended. */
  running: ReadonlySet<string>
  atOnce: number
  lastBegan: ReadonlyMap<string, Date>
}

/** Who may begin, so that no more run at the same time than their class allows. */
export class Fleet {
  /** Tenants whose run is beginning, and whose Job is not remembered yet, by class. */
  readonly #beginning = new Map<string, string>()

  /** The one of a tenant's waiting runs that may begin now. */
  admitted(className: string, mine: readonly WaitingRun[], look: FleetLook): WaitingRun | undefined {
    const own = new Set(mine.map(({ tenantID }) => tenantID))
    const waiting = [...mine, ...look.waiting.filter(({ tenantID }) => !own.has(tenantID))]
    return this.next(className, { ...look, waiting }).find((run) => own.has(run.tenantID))
  }

  /** Those of a class for which there is room. */
  next(className: string, look: FleetLook): WaitingRun[] {
    const waiting = new Set(look.waiting.map(({ tenantID }) => tenantID))
    const beginning = [...this.#beginning].flatMap(([tenantID, of]) =>
      of === className && !waiting.has(tenantID) ? [tenantID] : [],
    )
    return nextRuns({ ...look, running: new Set([...look.running, ...beginning]) })
  }

  /** Taken in the same moment as it was decided on; kept until the tenant has been looked at to the end. */
  begins(tenantID: string, className: string): void {
    this.#beginning.set(tenantID, className)
  }

  settled(tenantID: string): void {
    this.#beginning.delete(tenantID)
  }
}
