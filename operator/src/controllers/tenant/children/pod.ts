import { child } from '../../../api/v1alpha1/names.ts'
import { type Resources } from '../../../api/v1alpha1/tenant.ts'
import { type Rendering } from '../rendering.ts'
import { type Component, podSelector } from './meta.ts'

/** Where the runtime looks for its files; see docs/architecture.md. */
export const configDirectory = '/etc/kiavi'

/** Read by the pod's group, by nobody else. */
const groupReads = 0o440
const everybodyReads = 0o444
const runtimeUser = 65532

/** A Secret as a folder of files. */
export const secretVolume = (name: string) => ({
  name,
  secret: { secretName: name, defaultMode: groupReads },
})

const documentVolume = {
  name: child.tenantDocument,
  configMap: { name: child.tenantDocument, defaultMode: everybodyReads },
}
const scratch = { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } }

export interface Container {
  image: string
  args?: string[]
  resources: Resources
  /** Secrets that are mounted beside the document. */
  secrets: string[]
  more?: object
}

/** The pod that every component of ours is: no identity, no rights, nothing writable but a small /tmp. */
export function hardenedPod(
  { class: tenantClass }: Pick<Rendering, 'class'>,
  component: 'runtime' | 'migrate',
  { image, args, resources, secrets, more }: Container,
) {
  return {
    automountServiceAccountToken: false,
    containers: [
      {
        name: component,
        image,
        imagePullPolicy: tenantClass.runtime.imagePullPolicy,
        ...(args === undefined ? {} : { args }),
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
        volumeMounts: [child.tenantDocument, ...secrets]
          .map((name): object => ({ name, mountPath: `${configDirectory}/${mountOf(name)}`, readOnly: true }))
          .concat({ name: scratch.name, mountPath: '/tmp' }),
        ...more,
      },
    ],
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: false,
    ...(tenantClass.runtime.imagePullSecretName === undefined
      ? {}
      : { imagePullSecrets: [{ name: child.pullSecret }] }),
    schedulerName: 'default-scheduler',
    securityContext: {
      fsGroup: runtimeUser,
      fsGroupChangePolicy: 'OnRootMismatch',
      runAsGroup: runtimeUser,
      runAsNonRoot: true,
      runAsUser: runtimeUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    serviceAccount: child.runtime,
    serviceAccountName: child.runtime,
    volumes: [documentVolume, ...secrets.map(secretVolume), scratch],
  }
}

const mountOf = (volume: string) => (volume === child.signingKeys ? 'keys' : volume)

/** Replicas of a node apart where there is room for it, together where there is not. */
export const spread = (tenantID: string, component: Component) => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: podSelector(tenantID, component) },
  },
]
