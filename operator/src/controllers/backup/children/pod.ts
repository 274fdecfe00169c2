import { jobsServiceAccount } from '../../../api/v1alpha1/names.ts'
import { type JobsImage } from '../rendering.ts'
import { type Mount } from './volumes.ts'

const jobsUser = 65532

export interface JobContainer {
  /** Its program too. */
  name: string
  resources: { requests: Record<string, string>; limits: Record<string, string> }
  volumeMounts: Mount[]
}

/** The pod of every Job of ours: no token, no rights, nothing writable but what is named. */
export const jobPod = (
  { image, pullPolicy }: JobsImage,
  containers: readonly JobContainer[],
  volumes: readonly { name: string }[],
) => ({
  automountServiceAccountToken: false,
  containers: containers.map(({ name, resources, volumeMounts }) => ({
    name,
    image,
    imagePullPolicy: pullPolicy,
    args: [name],
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts,
  })),
  dnsPolicy: 'ClusterFirst',
  enableServiceLinks: false,
  restartPolicy: 'Never',
  securityContext: {
    fsGroup: jobsUser,
    fsGroupChangePolicy: 'OnRootMismatch',
    runAsGroup: jobsUser,
    runAsNonRoot: true,
    runAsUser: jobsUser,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  serviceAccountName: jobsServiceAccount,
  // What a container is told to stop has ten seconds to say so.
  terminationGracePeriodSeconds: 30,
  volumes,
})
