import { describe, expect, it } from 'vitest'
import { sweepJob } from '../../../../../operator/src/controllers/sweep/children/job.ts'
import { sweepPolicy } from '../../../../../operator/src/controllers/sweep/children/network-policy.ts'
import { classWithStore } from '../../backup/rendering.ts'
import { sweepRendering } from '../rendering.ts'

interface Policy {
  podSelector: { matchLabels: Record<string, string> }
  policyTypes: string[]
  ingress?: unknown
  egress: { ports: { port: number }[] }[]
}
const policyOf = (change: Parameters<typeof sweepRendering>[0] = {}) =>
  sweepPolicy(sweepRendering(change))['spec'] as Policy
const portsOf = ({ egress }: Policy) => [
  ...new Set(egress.flatMap(({ ports }) => ports.map(({ port }) => port))),
]

describe('sweepPolicy', () => {
  it('lets it out to the store and DNS, and to no database', () => {
    expect(portsOf(policyOf())).toEqual([53, 443])
    expect(portsOf(policyOf({ class: classWithStore({ volume: { claimName: 'backups' } }) }))).toEqual([53])
  })

  it('lets nobody in, and selects the pods of one class', () => {
    const policy = policyOf()
    expect(policy.policyTypes).toEqual(['Ingress', 'Egress'])
    expect(policy.ingress).toBeUndefined()
    const { template } = sweepJob(sweepRendering())['spec'] as {
      template: { metadata: { labels: Record<string, string> } }
    }
    expect(template.metadata.labels).toMatchObject(policy.podSelector.matchLabels)
    expect(policyOf({ className: 'other' }).podSelector).not.toEqual(policy.podSelector)
  })
})
