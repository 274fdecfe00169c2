import { jobsServiceAccount } from '../../../api/v1alpha1/names.ts'
import { type JobsImage } from '../rendering.ts'
import { type Mount } from './volumes.ts'

const jobsUser = 65532

export interface JobContainer {
  /** Its program too. */
  name: string
  resources: { requests: Record<string, string>; limits?: Record<string, string> }
  volumeMounts: Mount[]
  /** Of another image than that of the Jobs, with other arguments than its name. */
  other?: { image: string; pullPolicy: JobsImage['pullPolicy']; args: string[] }
  /** Goes on beside those that come after it, and ends with the last of them. */
  goesOn?: boolean
}

interface More {
  /** One after the other, before the containers. */
  first?: readonly JobContainer[]
  /** Secret of the operator's namespace with a registry's credential. */
  pullSecretName?: string | undefined
}

/** The pod of every Job of ours: no token, no rights, nothing writable but what is named. */
export const jobPod = (
  jobs: JobsImage,
  containers: readonly JobContainer[],
  volumes: readonly { name: string }[],
  { first = [], pullSecretName }: More = {},
) => ({
  automountServiceAccountToken: false,
  containers: containers.map((each) => rendered(each, jobs)),
  dnsPolicy: 'ClusterFirst',
  enableServiceLinks: false,
  ...(pullSecretName === undefined ? {} : { imagePullSecrets: [{ name: pullSecretName }] }),
  ...(first.length === 0 ? {} : { initContainers: first.map((each) => rendered(each, jobs)) }),
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

const rendered = (
  { name, resources, volumeMounts, other, goesOn }: JobContainer,
  { image, pullPolicy }: JobsImage,
) => ({
  name,
  image: other?.image ?? image,
  imagePullPolicy: other?.pullPolicy ?? pullPolicy,
  ...(other?.args.length === 0 ? {} : { args: other?.args ?? [name] }),
  resources,
  ...(goesOn === true ? { restartPolicy: 'Always' } : {}),
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
})
