/** The operator as a process of this machine: started, killed and started again, its log read. */
import { readFileSync } from 'node:fs'
import { freePorts } from '../cluster/free-ports.ts'
import { type RunningProcess, startProcess, untilReady } from '../cluster/process.ts'

/** A network that a process can be put into. */
export interface Seat {
  /** Prepended to its command line. */
  inside: readonly string[]
  /** Its address there, reachable from here. */
  address: string
}

export interface OperatorOptions {
  /** Its entry point: `operator/src/main.ts`, or a bundle's `main.js`. */
  main: string
  /** Path of the kubeconfig that it speaks to the API server with. */
  kubeconfig: string
  /** Arguments of node itself. */
  nodeArgs?: readonly string[]
  /** The whole environment, besides the port that its probes are asked on. */
  env: Record<string, string>
  logFile: string
  /** This machine's loopback unless given. */
  seat?: Seat
}

export interface OperatorProcess {
  /** Starts it and waits until it says that it is ready; `env` is this time's alone. */
  start(env?: Record<string, string>): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves when it is gone, with how long that took. */
  stop(): Promise<{ code: number | null; milliseconds: number }>
  /** What it wrote since this was asked the last time. */
  newLog(): string
  /** The URL of its probes and metrics. */
  url(): string
  /** Of the process that was started last. */
  pid(): number
}

export function operatorProcess(options: OperatorOptions): OperatorProcess {
  const { inside, address } = options.seat ?? { inside: [], address: '127.0.0.1' }
  const [command = '', ...args] = [
    ...inside,
    ...[process.execPath, ...(options.nodeArgs ?? []), options.main, '--kubeconfig', options.kubeconfig],
  ]
  let running: RunningProcess | undefined
  let port = 0
  let read = 0
  const url = () => `http://${address}:${port}`
  const isReady = async () => {
    try {
      return (await fetch(`${url()}/readyz`)).ok
    } catch {
      return false
    }
  }
  return {
    url,
    pid: () => running?.record.pid ?? 0,
    start: async (env = {}) => {
      ;[port = 0] = await freePorts(1)
      running = await startProcess({
        name: 'operator',
        command,
        args,
        env: { ...options.env, ...env, KIAVI_LISTEN_HOST: address, KIAVI_LISTEN_PORT: String(port) },
        logFile: options.logFile,
        leashed: true,
      })
      await untilReady(running, isReady, 60_000)
    },
    kill: async () => {
      if (running === undefined || running.exit() !== undefined) return
      process.kill(running.record.pid, 'SIGKILL')
      await running.exited
    },
    stop: async () => {
      const start = performance.now()
      const exit = await running?.stop(30_000)
      return { code: exit?.code ?? null, milliseconds: performance.now() - start }
    },
    newLog: () => {
      const whole = readFileSync(options.logFile)
      // A line that is being written is read the next time.
      const end = whole.lastIndexOf('\n') + 1
      const text = whole.toString('utf8', read, end)
      read = end
      return text
    },
  }
}
