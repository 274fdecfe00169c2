/** The part of Kubernetes' Pod that the process kubelet reads and writes. */
import { type KubeJson } from '../kube-client.ts'

export interface KeySelector {
  name: string
  key: string
  optional?: boolean
}

export interface EnvVar {
  name: string
  value?: string
  valueFrom?: {
    fieldRef?: { fieldPath: string }
    configMapKeyRef?: KeySelector
    secretKeyRef?: KeySelector
    resourceFieldRef?: object
  }
}

export interface Probe {
  httpGet?: {
    path?: string
    port: number | string
    scheme?: string
    httpHeaders?: { name: string; value: string }[]
  }
  exec?: object
  tcpSocket?: object
  grpc?: object
  initialDelaySeconds?: number
  periodSeconds?: number
  timeoutSeconds?: number
  successThreshold?: number
  failureThreshold?: number
}

export interface VolumeMount {
  name: string
  mountPath: string
  subPath?: string
  subPathExpr?: string
}

export interface Container {
  name: string
  image: string
  command?: string[]
  args?: string[]
  workingDir?: string
  env?: EnvVar[]
  envFrom?: object[]
  ports?: { name?: string; containerPort: number }[]
  volumeMounts?: VolumeMount[]
  readinessProbe?: Probe
  livenessProbe?: Probe
  startupProbe?: Probe
  restartPolicy?: string
  terminationMessagePath?: string
  lifecycle?: {
    preStop?: { sleep?: { seconds: number }; exec?: object; httpGet?: object }
    postStart?: object
  }
}

interface KeyToPath {
  key: string
  path: string
  mode?: number
}

export interface ConfigSource {
  name: string
  items?: KeyToPath[]
  optional?: boolean
}

export interface DownwardFields {
  items?: { path: string; fieldRef?: { fieldPath: string }; mode?: number }[]
}

export interface ProjectedSource {
  configMap?: ConfigSource
  secret?: ConfigSource
  downwardAPI?: DownwardFields
  serviceAccountToken?: { path: string; audience?: string; expirationSeconds?: number }
}

export interface Volume {
  name: string
  configMap?: ConfigSource & { defaultMode?: number }
  secret?: { secretName: string; items?: KeyToPath[]; optional?: boolean; defaultMode?: number }
  projected?: { sources?: ProjectedSource[]; defaultMode?: number }
  downwardAPI?: DownwardFields & { defaultMode?: number }
  emptyDir?: object
}

export interface PodCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  lastTransitionTime?: string
  reason?: string
  message?: string
}

export interface ContainerState {
  waiting?: { reason: string; message?: string }
  running?: { startedAt: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason: string
    startedAt: string
    finishedAt: string
    containerID: string
  }
}

export interface ContainerStatus {
  name: string
  image: string
  imageID: string
  containerID?: string
  ready: boolean
  started: boolean
  restartCount: number
  state: ContainerState
  lastState: ContainerState
}

export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
  conditions: PodCondition[]
  hostIP: string
  podIP?: string
  podIPs?: { ip: string }[]
  startTime: string
  initContainerStatuses?: ContainerStatus[]
  containerStatuses: ContainerStatus[]
}

export interface Pod extends KubeJson {
  spec: {
    nodeName?: string
    restartPolicy?: 'Always' | 'OnFailure' | 'Never'
    terminationGracePeriodSeconds?: number
    serviceAccountName?: string
    schedulingGates?: object[]
    initContainers?: Container[]
    containers: Container[]
    volumes?: Volume[]
  }
  status?: Partial<PodStatus>
}

export interface ConfigMap extends KubeJson {
  data?: Record<string, string>
  binaryData?: Record<string, string>
}

export interface Secret extends KubeJson {
  data?: Record<string, string>
}
