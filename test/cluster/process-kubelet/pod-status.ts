/** From the truth of a pod's processes to the status that is posted: pure. */
import {
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
  type PodCondition,
  type PodStatus,
} from './pod.ts'

/** What is known of one container's process. */
export interface ContainerTruth {
  state: ContainerState
  lastState: ContainerState
  /** By the readiness probe; without one, as soon as it runs. */
  ready: boolean
  /** By the startup probe; without one, as soon as it runs. */
  started: boolean
  restartCount: number
  containerID?: string
  /** Its process ended and none follows. */
  over: boolean
}

export interface PodTruth {
  startTime: string
  podIP: string
  init: ReadonlyMap<string, ContainerTruth>
  containers: ReadonlyMap<string, ContainerTruth>
}

export const notStarted: ContainerTruth = {
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  ready: false,
  started: false,
  restartCount: 0,
  over: false,
}

const succeeded = ({ state }: ContainerTruth) => state.terminated?.exitCode === 0

function statusOf(container: Container, truth: ContainerTruth): ContainerStatus {
  const { state, lastState, ready, started, restartCount, containerID } = truth
  const status = { name: container.name, image: container.image, imageID: container.image, ready, started }
  return {
    ...status,
    restartCount,
    state,
    lastState,
    ...(containerID === undefined ? {} : { containerID }),
  }
}

export function podPhase(truth: PodTruth): PodStatus['phase'] {
  const init = [...truth.init.values()]
  const containers = [...truth.containers.values()]
  if (init.some((each) => each.over && !succeeded(each))) return 'Failed'
  if (containers.every((each) => each.over)) return containers.every(succeeded) ? 'Succeeded' : 'Failed'
  if (!init.every((each) => each.over)) return 'Pending'
  const begun = ({ state, lastState }: ContainerTruth) =>
    state.waiting === undefined || lastState.terminated !== undefined
  return containers.every(begun) ? 'Running' : 'Pending'
}

export function podStatus(pod: Pod, truth: PodTruth, now: string): PodStatus {
  const phase = podPhase(truth)
  const initialized = [...truth.init.values()].every((each) => each.over && succeeded(each))
  const unready = [...truth.containers].filter(([, each]) => !each.ready).map(([name]) => name)
  const over = phase === 'Succeeded' || phase === 'Failed'
  const why =
    phase === 'Succeeded'
      ? { reason: 'PodCompleted' }
      : phase === 'Failed'
        ? { reason: 'PodFailed' }
        : unready.length > 0
          ? {
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${unready.join(' ')}]`,
            }
          : {}
  const isReady = initialized && unready.length === 0 && !over

  const condition = (type: string, isTrue: boolean, more: Partial<PodCondition> = {}): PodCondition => {
    const status = isTrue ? 'True' : 'False'
    const before = pod.status?.conditions?.find((each) => each.type === type)
    const since = before?.status === status ? before.lastTransitionTime : undefined
    return { type, status, lastTransitionTime: since ?? now, ...more }
  }
  const statuses = (containers: readonly Container[], truths: ReadonlyMap<string, ContainerTruth>) =>
    containers.map((container) => statusOf(container, truths.get(container.name) ?? notStarted))
  const { initContainers = [], containers } = pod.spec
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', !over),
      condition('Initialized', initialized, initialized ? {} : { reason: 'ContainersNotInitialized' }),
      condition('ContainersReady', isReady, isReady ? {} : why),
      condition('Ready', isReady, isReady ? {} : why),
    ],
    hostIP: '127.0.0.1',
    podIP: truth.podIP,
    podIPs: [{ ip: truth.podIP }],
    startTime: truth.startTime,
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: statuses(initContainers, truth.init) }),
    containerStatuses: statuses(containers, truth.containers),
  }
}
