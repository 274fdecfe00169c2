import { child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { digest } from '../../canonical.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta, tenantLabels } from './meta.ts'
import { hardenedPod } from './pod.ts'
import { tenantDocument } from './tenant-document.ts'

/** Seconds that a finished Job stays for somebody to read its log; a failed one is tried anew after that. */
export const finishedJobSeconds = 600

/** One Job for each image and database that it migrates. */
export function migrationJobName(rendering: Rendering): string {
  const { database } = tenantDocument(rendering)
  return `${child.migrate}-${digest({ image: rendering.class.runtime.image, database }, 10)}`
}

/** Applies the migrations of the class's image, with the owner's credential; the serving pods never see it. */
export function migrationJob(rendering: Rendering): KubeObject {
  const { tenantID, class: tenantClass } = rendering
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: childMeta(rendering, migrationJobName(rendering), 'migrate'),
    spec: {
      activeDeadlineSeconds: 900,
      backoffLimit: 4,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      suspend: false,
      template: {
        metadata: { labels: tenantLabels(tenantID, 'migrate') },
        spec: {
          ...hardenedPod(rendering, 'migrate', {
            image: tenantClass.runtime.image,
            args: ['migrate'],
            resources: tenantClass.runtime.resources,
            secrets: [child.databaseOwner],
          }),
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 30,
        },
      },
      ttlSecondsAfterFinished: finishedJobSeconds,
    },
  }
}
