import { type Progress } from './progress.ts'

/** One way to have a cluster, behind `npm run cluster`. */
export interface Profile {
  /** What it is and needs, in a few words. */
  summary: string
  /** Idempotent: a cluster that is up stays, one that is broken is started afresh. */
  up(name: string, progress: Progress): Promise<{ kubeconfig: string; auditLog: string }>
  /** Leaves nothing behind. False: there was none. */
  down(name: string, progress: Progress): Promise<boolean>
  /** Undefined: there is none of this profile and name. */
  status(name: string): string | undefined
}
