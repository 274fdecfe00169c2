import { describe, expect, it } from 'vitest'
import { backupPolicy } from '../../../../../operator/src/controllers/backup/children/network-policy.ts'
import { tenantID } from '../../tenant/world.ts'
import { backupRendering, classWithStore, s3 } from '../rendering.ts'

interface Rule {
  to: unknown[]
  ports: { protocol: string; port: number }[]
}
const egressOf = (store: object) => {
  const policy = backupPolicy({ tenantID, ...backupRendering({ class: classWithStore(store) }) })
  return (policy['spec'] as { egress: Rule[] }).egress
}
const anywhere = [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]

describe('backupPolicy', () => {
  it.each([
    { endpoint: 'https://s3.example.eu', port: 443 },
    { endpoint: 'https://s3.example.eu:9000', port: 9000 },
    { endpoint: 'http://s3.example.eu', port: 80, more: { tlsDisabledReason: 'a test of policies' } },
  ])('lets it out to the port of $endpoint', ({ endpoint, port, more }) => {
    expect(egressOf({ s3: { ...s3, endpoint, ...more } }).at(-1)).toEqual({
      to: anywhere,
      ports: [{ protocol: 'TCP', port }],
    })
  })

  it('lets it out to the place of the store alone, where the class names it', () => {
    const reachedBy = { cidrs: ['203.0.113.0/24'] }
    expect(egressOf({ s3: { ...s3, reachedBy } }).at(-1)?.to).toEqual([
      { ipBlock: { cidr: '203.0.113.0/24' } },
    ])
  })

  it('lets it out to the database and DNS alone, where backups lie on a volume', () => {
    const ports = egressOf({ volume: { claimName: 'backups' } }).flatMap((rule) =>
      rule.ports.map(({ port }) => port),
    )
    expect([...new Set(ports)].sort((a, b) => a - b)).toEqual([53, 5432])
  })

  it('lets nobody in, and selects the pods of one tenant', () => {
    expect(backupPolicy({ tenantID, ...backupRendering() })['spec']).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      podSelector: {
        matchLabels: { 'app.kubernetes.io/component': 'backup', 'kiavi.eu/tenant-id': 'k3x9q7w2ab' },
      },
    })
    expect(backupPolicy({ tenantID, ...backupRendering() })['spec']).not.toHaveProperty('ingress')
  })
})
