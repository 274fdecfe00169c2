import { describe, expect, it } from 'vitest'
import { restorePolicy } from '../../../../../operator/src/controllers/restore/children/network-policy.ts'
import { backupRendering } from '../../backup/rendering.ts'
import { tenantID } from '../../tenant/world.ts'

const specOf = (component: 'restore' | 'aside') =>
  restorePolicy({ tenantID, ...backupRendering() }, component)['spec'] as {
    egress: { ports: { port: number }[] }[]
    podSelector: { matchLabels: Record<string, string> }
  }
const portsOf = (component: 'restore' | 'aside') =>
  [...new Set(specOf(component).egress.flatMap(({ ports }) => ports.map(({ port }) => port)))].sort(
    (a, b) => a - b,
  )

describe('restorePolicy', () => {
  it('lets who reads a backup out to the store, the database and DNS', () => {
    expect(portsOf('restore')).toEqual([53, 443, 5432])
  })

  it('lets a drill, and its runtime, out to the database and DNS alone', () => {
    expect(portsOf('aside')).toEqual([53, 5432])
  })

  it.each(['restore', 'aside'] as const)(
    'lets nobody in to %s Jobs, and selects those of one tenant',
    (component) => {
      expect(specOf(component)).not.toHaveProperty('ingress')
      expect(specOf(component)).toMatchObject({
        policyTypes: ['Ingress', 'Egress'],
        podSelector: {
          matchLabels: { 'app.kubernetes.io/component': component, 'kiavi.eu/tenant-id': tenantID },
        },
      })
    },
  )
})
