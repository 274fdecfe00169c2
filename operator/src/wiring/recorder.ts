import { type Recorder } from '../controllers/tenant/ports.ts'
import { type Cluster, type KubeObject } from '../kube/port.ts'
import { kinds } from '../kube/resource-kinds.ts'

export interface RecorderOptions {
  cluster: Cluster
  /** Unique for each process: who reports. */
  instance: string
  now: () => Date
  /** 8 random characters or so, for the event's name. */
  suffix: () => string
  failed: (error: unknown) => void
}

const longestNote = 1024

/** Events as `events.k8s.io/v1`: told once, never waited for, never a reason to fail. */
export function createRecorder({ cluster, instance, now, suffix, failed }: RecorderOptions): Recorder {
  return {
    event(about: KubeObject, type, reason, message) {
      const { metadata } = about
      const event: KubeObject = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: {
          name: `${metadata.name.slice(0, 200)}.${suffix()}`,
          namespace: metadata.namespace ?? 'default',
        },
        // metav1.MicroTime wants six digits.
        eventTime: now().toISOString().replace('Z', '000Z'),
        type,
        reason,
        action: 'Reconcile',
        note: message.slice(0, longestNote),
        regarding: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          name: metadata.name,
          ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
          ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
        },
        reportingController: 'kiavi.eu/operator',
        reportingInstance: instance,
      }
      cluster.create(kinds.Event, event).catch(failed)
    },
  }
}
