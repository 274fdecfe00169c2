import { describe, expect, it } from 'vitest'
import { tenantClassSpec } from '../../../../operator/src/api/v1alpha1/tenant-class.ts'

const smallest = {
  region: 'fr-par',
  database: {
    host: 'postgres.databases.svc',
    adminSecretName: 'postgres-admin',
    reachedBy: { cidrs: ['10.0.0.5/32'] },
  },
  runtime: { image: 'kiavi/runtime:0.1.0' },
  gateway: { name: 'public', namespace: 'gateways' },
  ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'gateways' } }],
}

describe('tenantClassSpec', () => {
  it('fills in safe defaults: TLS verified, two pods, DNS of the cluster', () => {
    expect(tenantClassSpec.parse(smallest)).toMatchObject({
      database: { port: 5432, tls: 'VerifyFull', exclusive: false, connectionsPerPod: 4 },
      runtime: { replicas: 2, imagePullPolicy: 'IfNotPresent' },
      dns: { namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    })
  })

  it('wants proxies named by their namespace: otherwise any pod could dress up as one', () => {
    const { success } = tenantClassSpec.safeParse({
      ...smallest,
      ingressFrom: [{ podLabels: { app: 'proxy' } }],
    })
    expect(success).toBe(false)
  })
})
