import { createHash } from 'node:crypto'
import { bundleName, manifestName } from '../../../operator/src/backups/object-name.ts'
import { type ReadManifest } from '../../../operator/src/controllers/backup/sweep/proof.ts'
import { type Random } from '../key-year/random.ts'
import { type Timeline } from '../key-year/timeline.ts'
import { type Laws } from './laws.ts'
import { type SimCluster, jobName } from './sim-cluster.ts'
import { type SimStore } from './sim-store.ts'
import { type WorldClock } from './world-clock.ts'

export interface JobParts {
  timeline: Timeline
  clock: WorldClock
  cluster: SimCluster
  store: SimStore
  laws: Laws
  random: Random
  ended: () => void
}

/** How a Job ends, and how often out of a hundred. Each but the first leaves something else behind. */
const fates = [
  { fate: 'completed', weight: 88 },
  { fate: 'failed, and took away what it had put', weight: 4 },
  { fate: 'killed in the midst of the upload', weight: 3 },
  { fate: 'killed between bundle and manifest', weight: 3 },
  { fate: 'killed after all was done, before it said so', weight: 2 },
] as const
type Fate = (typeof fates)[number]['fate']

/** Runs a backup Job: bundle, manifest, and what a Job that is killed leaves. */
export function runJob(tenantID: string, sequence: number, parts: JobParts): void {
  const { timeline, clock, cluster, store, laws, random, ended } = parts
  const key = jobName(tenantID, sequence)
  const job = cluster.jobs.get(key)
  if (!job) throw new Error(`There is no Job ${key}.`)
  const bundle = bundleName(job.of)
  const sha256 = createHash('sha256').update(bundle).digest('hex')
  const fate = draw(random)
  const end = (outcome: { sha256?: string }) => {
    job.isRunning = false
    job.ended = { at: clock.wall(), ...outcome }
    ended()
  }
  const upload = attempt(() => store.beginUpload(bundle))
  if (upload === undefined) {
    // The store's patience is over.
    timeline.after(15 * 60_000, () => end({}))
    return
  }
  const lasts = random.chance(0.01) ? random.between(2, 8) * 3_600_000 : random.logBetween(20_000, 7_200_000)
  timeline.after(lasts, () => {
    // Its cluster was lost, and it with it.
    if (cluster.jobs.get(key) !== job) return
    if (fate === 'killed in the midst of the upload' || !store.answers) {
      end({})
      return
    }
    store.uploads.delete(upload)
    if (fate === 'failed, and took away what it had put') {
      end({})
      return
    }
    const bytes = 1000 + random.below(1_000_000)
    const isPut = attempt(() => {
      store.put(bundle, bytes)
      return true
    })
    // Nothing is written over: that attempt has failed.
    if (isPut !== true) {
      end({})
      return
    }
    if (fate === 'killed between bundle and manifest') {
      end({})
      return
    }
    const says: ReadManifest = { object: bundle, bundle: { bytes, sha256 } }
    store.put(manifestName(job.of), 1000, says)
    laws.wasVerified(bundle, { tenantID, sequence }, cluster.runs.get(job.run)?.slot)
    end(fate === 'completed' ? { sha256 } : {})
  })
}

function draw(random: Random): Fate {
  let rest = random.next() * 100
  for (const { fate, weight } of fates) {
    rest -= weight
    if (rest < 0) return fate
  }
  return 'completed'
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
