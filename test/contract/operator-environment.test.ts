import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../operator/src/config.ts'
import { renderChart } from '../support/helm.ts'

interface EnvVar {
  name: string
  value?: string
  valueFrom?: { fieldRef: { fieldPath: string } }
}

/** What the kubelet makes of the fields that the chart refers to. */
const pod: Record<string, string> = {
  'metadata.namespace': 'kiavi-system',
  'metadata.name': 'kiavi-operator-6f7c9d-x2x4z',
  'spec.serviceAccountName': 'kiavi-operator',
}

async function environment(values: object): Promise<Record<string, string>> {
  const deployment = (await renderChart({ values })).find(({ kind }) => kind === 'Deployment')
  const { template } = deployment?.['spec'] as {
    template: { spec: { containers: { env: EnvVar[] }[] } }
  }
  return Object.fromEntries(
    template.spec.containers[0]!.env.map(({ name, value, valueFrom }) => [
      name,
      value ?? pod[valueFrom!.fieldRef.fieldPath]!,
    ]),
  )
}

describe('the environment that the chart gives the operator', () => {
  it('is what the operator reads', async () => {
    const env = await environment({
      logLevel: 'debug',
      tracing: { otlpEndpoint: 'http://collector.monitoring:4318' },
    })
    expect(loadConfig(env)).toMatchObject({
      operator: {
        namespace: 'kiavi-system',
        serviceAccount: 'kiavi-operator',
        tenantClusterRole: 'kiavi-tenant-namespace',
      },
      podName: 'kiavi-operator-6f7c9d-x2x4z',
      logLevel: 'debug',
      leaderElection: true,
      listen: { port: 9464 },
      tracing: { endpoint: 'http://collector.monitoring:4318' },
    })
    // A name that nobody reads would pass in silence: each one is refused when its value makes no sense.
    for (const name of Object.keys(env)) expect(() => loadConfig({ ...env, [name]: ' \n ' })).toThrow(name)
  })

  it('asks for no traces unless told to', async () => {
    expect(loadConfig(await environment({})).tracing).not.toHaveProperty('endpoint')
  })

  it.each(['debug', 'info', 'warn', 'error'])('may say %s as level', async (logLevel) => {
    await expect(environment({ logLevel }).then(loadConfig)).resolves.toBeDefined()
  })
})
