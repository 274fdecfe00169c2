import { type Finding } from '../reasons.ts'
import { type Step } from '../steps.ts'

/** What one rule has to say. `stop`: nothing that comes after it may be judged or done yet. */
export interface Ruling {
  steps: Step[]
  findings: Finding[]
  stop: boolean
}

export const nothing: Ruling = { steps: [], findings: [], stop: false }
export const todo = (...steps: Step[]): Ruling => ({ steps, findings: [], stop: false })
export const halt = (...findings: Finding[]): Ruling => ({ steps: [], findings, stop: true })
export const remark = (...findings: Finding[]): Ruling => ({ steps: [], findings, stop: false })

/** Rules in their order, up to the first that stops. */
export function inOrder(...rules: (() => Ruling)[]): Ruling {
  const steps: Step[] = []
  const findings: Finding[] = []
  for (const rule of rules) {
    const ruling = rule()
    steps.push(...ruling.steps)
    findings.push(...ruling.findings)
    if (ruling.stop) return { steps, findings, stop: true }
  }
  return { steps, findings, stop: false }
}
