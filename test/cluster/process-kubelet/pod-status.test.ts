import { describe, expect, it } from 'vitest'
import { podWith } from './fixtures.ts'
import { type ContainerTruth, notStarted, podPhase, podStatus, type PodTruth } from './pod-status.ts'
import { type ContainerState } from './pod.ts'

const at = '2026-01-01T00:00:00Z'
const ended = (exitCode: number): ContainerState => ({
  terminated: { exitCode, reason: 'x', startedAt: at, finishedAt: at, containerID: 'process://1-1' },
})
const running: ContainerTruth = {
  ...notStarted,
  state: { running: { startedAt: at } },
  started: true,
  ready: true,
}
const unready = { ...running, ready: false }
const over = (exitCode: number): ContainerTruth => ({ ...notStarted, state: ended(exitCode), over: true })
const waitingAgain = {
  ...notStarted,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: ended(1),
}
const truth = (containers: ContainerTruth[], init: ContainerTruth[] = []): PodTruth => ({
  startTime: at,
  podIP: '10.98.0.2',
  init: new Map(init.map((each, index) => [`init${index}`, each])),
  containers: new Map(containers.map((each, index) => [index === 0 ? 'web' : `web${index}`, each])),
})

describe('podPhase', () => {
  it.each([
    { because: 'nothing was started', truth: truth([notStarted]), phase: 'Pending' },
    { because: 'an init container still runs', truth: truth([notStarted], [running]), phase: 'Pending' },
    {
      because: 'an init container waits for its next try',
      truth: truth([notStarted], [waitingAgain]),
      phase: 'Pending',
    },
    { because: 'an init container failed for good', truth: truth([notStarted], [over(1)]), phase: 'Failed' },
    { because: 'one of two was started', truth: truth([running, notStarted]), phase: 'Pending' },
    { because: 'it runs', truth: truth([running], [over(0)]), phase: 'Running' },
    { because: 'it runs unready', truth: truth([unready]), phase: 'Running' },
    { because: 'it will be restarted', truth: truth([waitingAgain]), phase: 'Running' },
    { because: 'it ended and another still runs', truth: truth([over(0), running]), phase: 'Running' },
    { because: 'all ended well', truth: truth([over(0), over(0)]), phase: 'Succeeded' },
    { because: 'one of two ended badly', truth: truth([over(0), over(3)]), phase: 'Failed' },
  ])('is $phase when $because', ({ truth, phase }) => {
    expect(podPhase(truth)).toBe(phase)
  })
})

describe('podStatus', () => {
  const ready = (status: ReturnType<typeof podStatus>) =>
    status.conditions.find(({ type }) => type === 'Ready')

  it.each([
    { because: 'every container is ready', truth: truth([running]), is: { status: 'True' } },
    {
      because: 'a container is unready',
      truth: truth([unready]),
      is: { status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [web]' },
    },
    { because: 'it has completed', truth: truth([over(0)]), is: { status: 'False', reason: 'PodCompleted' } },
    { because: 'it has failed', truth: truth([over(1)]), is: { status: 'False', reason: 'PodFailed' } },
  ])('says Ready=$is.status when $because', ({ truth, is }) => {
    expect(ready(podStatus(podWith(), truth, at))).toEqual({ type: 'Ready', lastTransitionTime: at, ...is })
  })

  it('keeps the time of a condition that stays as it was', () => {
    const before = podStatus(podWith(), truth([running]), at)
    const pod = { ...podWith(), status: before }
    expect(podStatus(pod, truth([running]), '2026-01-02T00:00:00Z')).toEqual(before)
    expect(ready(podStatus(pod, truth([unready]), '2026-01-02T00:00:00Z'))?.lastTransitionTime).toBe(
      '2026-01-02T00:00:00Z',
    )
  })

  it('tells the truth of each container', () => {
    const { containerStatuses, podIP } = podStatus(
      podWith(),
      truth([{ ...waitingAgain, restartCount: 4 }]),
      at,
    )
    expect(podIP).toBe('10.98.0.2')
    expect(containerStatuses).toEqual([
      {
        name: 'web',
        image: 'tiny',
        imageID: 'tiny',
        ready: false,
        started: false,
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: ended(1),
      },
    ])
  })
})
