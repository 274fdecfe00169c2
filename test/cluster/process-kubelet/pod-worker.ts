/** The life of one pod: its processes, their probes and restarts, and its end. Tells its truth after every change. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Exit, type RunningProcess, startProcess } from '../process.ts'
import { type ContainerTruth, notStarted, type PodTruth } from './pod-status.ts'
import { type PodVolumes, terminationMessagePath } from './pod-volumes.ts'
import { type Container, type Pod } from './pod.ts'
import { probeTarget, runProbe } from './probe.ts'
import { backOffMs, exitCodeOf, type RestartPolicy, restarts, signalNumber } from './restart.ts'
import { type Programs, spawnPlan } from './spawn-plan.ts'
import { type Sources } from './volume-files.ts'

export interface PodWorker {
  truth(): PodTruth
  /** Ends its processes within the grace; resolves when all are gone. */
  terminate(graceSeconds: number): Promise<void>
  /** Brings ConfigMaps and Secrets up to date. */
  sync(): void
  logFile(container: string): string
}

export interface WorkerContext {
  programs: Programs
  sources: Sources
  volumes: PodVolumes
  /** Holds the pod's logs and scratch folders. */
  folder: string
  /** The newest known Pod object. */
  pod(): Pod
  /** Called after every change of the truth. */
  changed(): void
  restartDelayMs: number
}

const instant = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

export function startPodWorker(context: WorkerContext): PodWorker {
  const { programs, sources, volumes, folder } = context
  const { spec } = context.pod()
  const init = new Map<string, ContainerTruth>()
  const containers = new Map<string, ContainerTruth>()
  for (const { name } of spec.initContainers ?? []) init.set(name, notStarted)
  for (const { name } of spec.containers) containers.set(name, notStarted)
  const startTime = instant()
  const processes = new Map<string, RunningProcess>()
  const ending = new AbortController()
  const { signal } = ending
  const ended = () => signal.aborted
  // One listener for each probe and pause of each container.
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {})
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const logFile = (container: string) => join(folder, 'logs', `${container}.log`)

  const runOnce = async (
    container: Container,
    set: (change: Partial<ContainerTruth>) => void,
  ): Promise<Exit> => {
    let problem: string | undefined
    while ((problem = volumes.sync(context.pod(), sources)) !== undefined) {
      set({ state: { waiting: { reason: 'ContainerCreating', message: problem } } })
      await pause(200)
      signal.throwIfAborted()
    }
    const home = join(folder, 'home', container.name)
    mkdirSync(home, { recursive: true })
    const planContext = { programs, sources, root: volumes.rootOf(container), home }
    let plan = spawnPlan(context.pod(), container, planContext)
    while ('reason' in plan) {
      set({ state: { waiting: plan } })
      await pause(500)
      signal.throwIfAborted()
      plan = spawnPlan(context.pod(), container, planContext)
    }
    signal.throwIfAborted()
    const child = await startProcess({
      name: `${context.pod().metadata.name}/${container.name}`,
      command: plan.command,
      args: plan.args,
      env: plan.env,
      cwd: plan.cwd ?? home,
      logFile: logFile(container.name),
      leashed: true,
    })
    processes.set(container.name, child)
    // The end came while it was being started.
    if (signal.aborted) void child.stop()
    const startedAt = instant()
    const containerID = `process://${child.record.pid}-${child.record.startTime}`
    const { startupProbe, readinessProbe } = container
    set({
      state: { running: { startedAt } },
      containerID,
      started: startupProbe === undefined,
      ready: startupProbe === undefined && readinessProbe === undefined,
    })
    const probing = new AbortController()
    if (!signal.aborted) void probe(container, child, set, probing.signal)
    const exit = await child.exited
    probing.abort()
    processes.delete(container.name)
    const exitCode = exitCodeOf(exit)
    const message = lastWords(join(planContext.root, terminationMessagePath(container)))
    const terminated = {
      exitCode,
      ...(exit.signal === null ? {} : { signal: signalNumber(exit.signal) }),
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt,
      finishedAt: instant(),
      containerID,
      ...(message === '' ? {} : { message }),
    }
    set({ state: { terminated }, ready: false, started: false })
    return exit
  }

  const probe = async (
    container: Container,
    child: RunningProcess,
    set: (change: Partial<ContainerTruth>) => void,
    until: AbortSignal,
  ) => {
    const { startupProbe, readinessProbe, livenessProbe } = container
    const restart = () => void child.stop((spec.terminationGracePeriodSeconds ?? 30) * 1000)
    const target = (which: NonNullable<typeof startupProbe>) => probeTarget(which, container, sources.podIP)
    if (startupProbe !== undefined) {
      const begun = new AbortController()
      const tell = (verdict: boolean) => {
        if (verdict) begun.abort()
      }
      // Failing as often as it may, it is a dead container.
      let failures = 0
      const counted = { ...startupProbe, failureThreshold: 1 }
      await runProbe(
        counted,
        target(startupProbe),
        false,
        (verdict) => {
          tell(verdict)
          if (!verdict && ++failures >= (startupProbe.failureThreshold ?? 3)) restart()
        },
        AbortSignal.any([until, begun.signal]),
      )
      if (until.aborted) return
      set({ started: true, ready: readinessProbe === undefined })
    }
    const ready = (verdict: boolean) => set({ ready: verdict })
    const live = (verdict: boolean) => {
      if (!verdict) restart()
    }
    await Promise.all([
      readinessProbe === undefined
        ? undefined
        : runProbe(readinessProbe, target(readinessProbe), false, ready, until),
      livenessProbe === undefined
        ? undefined
        : runProbe(livenessProbe, target(livenessProbe), true, live, until),
    ])
  }

  /** Runs a container until none follows; answers whether it ended well. */
  const runContainer = async (
    container: Container,
    truths: Map<string, ContainerTruth>,
    policy: RestartPolicy,
  ): Promise<boolean> => {
    const set = (change: Partial<ContainerTruth>) => {
      const before = truths.get(container.name) ?? notStarted
      const after = { ...before, ...change }
      if (JSON.stringify(before) === JSON.stringify(after)) return
      truths.set(container.name, after)
      context.changed()
    }
    let restartCount = 0
    while (true) {
      const began = Date.now()
      let exit: Exit
      try {
        exit = await runOnce(container, set)
      } catch (error) {
        if (!ended()) {
          // The program could not even be started.
          set({ state: { waiting: { reason: 'RunContainerError', message: String(error) } } })
          await pause(1_000)
          if (!ended()) continue
        }
        const { lastState } = truths.get(container.name) ?? notStarted
        const state = lastState.terminated === undefined ? neverRan(startTime) : lastState
        set({ over: true, state, ready: false })
        return false
      }
      if (signal.aborted || !restarts(policy, exit)) {
        set({ over: true })
        return exitCodeOf(exit) === 0
      }
      const last = truths.get(container.name)?.state ?? {}
      const delay = backOffMs(context.restartDelayMs, restartCount, Date.now() - began)
      const message = `back-off ${delay} ms restarting failed container`
      set({ lastState: last, state: { waiting: { reason: 'CrashLoopBackOff', message } } })
      await pause(delay)
      set({ restartCount: ++restartCount })
    }
  }

  const policy = spec.restartPolicy ?? 'Always'
  const life = async () => {
    for (const container of spec.initContainers ?? []) {
      const well = await runContainer(container, init, policy === 'Never' ? 'Never' : 'OnFailure')
      if (well && !signal.aborted) continue
      for (const [name, truth] of containers)
        containers.set(name, { ...truth, over: true, state: neverRan(startTime) })
      context.changed()
      return
    }
    await Promise.all(spec.containers.map((container) => runContainer(container, containers, policy)))
  }
  // Not before the caller has this worker in hand.
  const lived = Promise.resolve().then(life)

  return {
    truth: () => ({ startTime, podIP: sources.podIP, init, containers }),
    sync: () => void volumes.sync(context.pod(), sources),
    logFile,
    terminate: async (graceSeconds) => {
      ending.abort()
      const deadline = Date.now() + graceSeconds * 1000
      await Promise.all(
        [...processes].map(async ([name, child]) => {
          const hook = spec.containers.find((container) => container.name === name)?.lifecycle?.preStop?.sleep
          if (hook !== undefined)
            await Promise.race([child.exited, sleep(Math.min(hook.seconds, graceSeconds) * 1000)])
          await child.stop(Math.max(deadline - Date.now(), 0))
        }),
      )
      await lived
    },
  }
}

/** Kubernetes keeps no more of a termination message. */
const mostMessageBytes = 4096

const lastWords = (file: string): string =>
  existsSync(file) ? readFileSync(file).subarray(0, mostMessageBytes).toString('utf8') : ''

/** A container that was ended before it could run. */
const neverRan = (startedAt: string): ContainerTruth['state'] => ({
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    startedAt,
    finishedAt: instant(),
    containerID: '',
  },
})
