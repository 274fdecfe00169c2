import { setTimeout as sleep } from 'node:timers/promises'
import { type OperatorProcess } from '../support/operator-process.ts'

/** Tenants that wait for a worker, as `/metrics` says; undefined before there is a queue. */
export function tenantsWaiting(metrics: string): number | undefined {
  const line = /^kiavi_workqueue_depth\{controller="tenant",state="ready"\} (\d+)$/m.exec(metrics)
  return line?.[1] === undefined ? undefined : Number(line[1])
}

const lookMs = 500
/** So many looks in a row find nobody waiting. */
const looks = 6

/** Resolves when the operator has looked at every tenant that it had to look at; it does when it starts. */
export async function atRest({ url }: Pick<OperatorProcess, 'url'>): Promise<void> {
  for (let idle = 0; idle < looks;) {
    const response = await fetch(`${url()}/metrics`)
    idle = tenantsWaiting(await response.text()) === 0 ? idle + 1 : 0
    await sleep(lookMs)
  }
}
