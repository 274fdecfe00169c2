/** httpGet probes, asked for real, counted as the kubelet counts. */
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Container, type Probe } from './pod.ts'

export interface ProbeTarget {
  host: string
  port: number
  path: string
  headers: Record<string, string>
  timeoutMs: number
}

export function probeTarget(probe: Probe, container: Container, podIP: string): ProbeTarget {
  const { port = 0, path = '/', httpHeaders = [] } = probe.httpGet ?? {}
  const number =
    typeof port === 'number'
      ? port
      : (container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port))
  return {
    host: podIP,
    port: number,
    path,
    headers: Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
  }
}

/** True for a status from 200 to 399 within the time. */
export async function ask(target: ProbeTarget): Promise<boolean> {
  const { host, port, path, headers, timeoutMs } = target
  return new Promise((resolve) => {
    const asked = request(
      // A connection of its own each time: that is what is being probed.
      {
        host,
        port,
        path,
        headers: { 'user-agent': 'kube-probe/1.36', ...headers },
        agent: false,
        timeout: timeoutMs,
      },
      (response) => {
        response.resume()
        const status = response.statusCode ?? 0
        resolve(status >= 200 && status < 400)
      },
    )
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

/** Folds answers into a verdict: it changes after so many equal answers in a row. */
export function probeCounter(probe: Probe, first: boolean): (answer: boolean) => boolean {
  let verdict = first
  let last: boolean | undefined
  let streak = 0
  return (answer) => {
    streak = answer === last ? streak + 1 : 1
    last = answer
    const needed = answer ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
    if (streak >= needed) verdict = answer
    return verdict
  }
}

/** Probes until the signal, telling each verdict. */
export async function runProbe(
  probe: Probe,
  target: ProbeTarget,
  first: boolean,
  tell: (verdict: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const count = probeCounter(probe, first)
  try {
    await sleep((probe.initialDelaySeconds ?? 0) * 1000, undefined, { signal })
    while (!signal.aborted) {
      const verdict = count(await ask(target))
      signal.throwIfAborted()
      tell(verdict)
      await sleep((probe.periodSeconds ?? 10) * 1000, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
