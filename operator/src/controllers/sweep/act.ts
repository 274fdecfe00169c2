import { KubeAlreadyExists } from '../../kube/errors.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type ClassWithStore } from '../backup/rendering.ts'
import { readRun } from '../backup/run.ts'
import { replacement } from '../tenant/compare/replacement.ts'
import { isForgettable } from './books.ts'
import { sweepJob } from './children/job.ts'
import { sweepPolicy } from './children/network-policy.ts'
import { type BookStep, type SweepStep } from './plan.ts'
import { type SweepPorts } from './ports.ts'

/** Does one step: one effect. Whoever was overtaken gets a conflict, and looks again. */
export async function actOnSweep(
  step: SweepStep,
  of: { className: string; class: ClassWithStore },
  { cluster, operator, jobs }: SweepPorts,
): Promise<void> {
  if (step.do === 'createJob') {
    try {
      await cluster.create(kinds.Job, sweepJob({ ...step.told, operator, jobs }))
    } catch (error) {
      // The slot has its Job: whoever made it was told no less than ours would be.
      if (!(error instanceof KubeAlreadyExists)) throw error
    }
    return
  }
  const object = sweepPolicy({ ...of, operator })
  const { name, namespace = '' } = object.metadata
  const live = await cluster.get(kinds.NetworkPolicy, { name, namespace })
  if (live) await cluster.replace(kinds.NetworkPolicy, replacement(object, live))
  else await cluster.create(kinds.NetworkPolicy, object)
}

/** Does one step on a KiaviBackup. */
export async function actOnBooks(
  step: BookStep,
  { cluster, now }: Pick<SweepPorts, 'cluster' | 'now'>,
): Promise<void> {
  const { namespace, name, uid, resourceVersion } = step.run
  if (step.do === 'tellRemoved') {
    const body = { metadata: { resourceVersion, uid }, status: step.patch }
    await cluster.patch(kinds.KiaviBackup, { namespace, name }, body, 'status')
    return
  }
  // What is remembered is where to look, never a reason to delete.
  const live = await cluster.get(kinds.KiaviBackup, { namespace, name })
  if (!live || live.metadata.uid !== uid || !isForgettable(readRun(live), now())) return
  const preconditions = { uid, resourceVersion: live.metadata.resourceVersion ?? '' }
  await cluster.delete(kinds.KiaviBackup, { namespace, name }, preconditions)
}
