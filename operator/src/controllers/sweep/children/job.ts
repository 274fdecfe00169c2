import { annotation, label, manager, sweepJobName } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { jobPod } from '../../backup/children/pod.ts'
import { storeAccess } from '../../backup/children/mounts.ts'
import { annotationFile, configMount, memoryFolder } from '../../backup/children/volumes.ts'
import { digest } from '../../canonical.ts'
import { type SweepRendering } from '../rendering.ts'
import { sweepDocument } from './document.ts'

/** Over before the next slot begins: sweeps of one store never run beside each other. */
const deadlineSeconds = 50 * 60
/** So long its end can be heard, and its log be read; what is heard of none is asked again by the next. */
const keptSeconds = 6 * 3600

/** A class's name as a label and in names has it: it may be longer than those. */
export const classDigest = (className: string): string => digest(className, 10)

/** What selects the Jobs that sweep a class's store, and their pods. */
export const sweepSelector = (className: string): Record<string, string> => ({
  [label.component]: 'sweep',
  [label.classDigest]: classDigest(className),
})

export const sweepLabels = (className: string): Record<string, string> => ({
  ...sweepSelector(className),
  'app.kubernetes.io/managed-by': manager,
  'app.kubernetes.io/name': 'kiavi-sweep',
  'app.kubernetes.io/part-of': 'kiavi',
})

/** One sweep of a class's store. It holds the store's credential, and nothing that opens or signs a backup. */
export function sweepJob(rendering: SweepRendering): KubeObject {
  const { className, slot, operator, jobs } = rendering
  const labels = sweepLabels(className)
  const stored = storeAccess(rendering.class)
  const resources = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: jobs.memory } }
  const volumeMounts = [
    configMount('job'),
    ...stored.mounts,
    { name: 'private', mountPath: '/run/kiavi/private' },
  ]
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: sweepJobName(classDigest(className), slot),
      namespace: operator.namespace,
      labels,
      annotations: { [annotation.className]: className, [annotation.run]: slot.toISOString() },
    },
    spec: {
      activeDeadlineSeconds: deadlineSeconds,
      // The next slot has a Job of its own, which is told anew who lives.
      backoffLimit: 0,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
      suspend: false,
      template: {
        metadata: { labels, annotations: { [annotation.job]: sweepDocument(rendering) } },
        spec: jobPod(
          jobs,
          [{ name: 'sweep', resources, volumeMounts }],
          [annotationFile('job', annotation.job, 'job.json'), ...stored.volumes, memoryFolder('private')],
        ),
      },
      ttlSecondsAfterFinished: keptSeconds,
    },
  }
}
