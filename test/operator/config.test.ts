import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../operator/src/config.ts'

describe('loadConfig', () => {
  it('needs nothing: every variable has a default', () => {
    expect(loadConfig({})).toMatchObject({
      operator: {
        namespace: 'kiavi-system',
        serviceAccount: 'kiavi-operator',
        tenantClusterRole: 'kiavi-tenant-namespace',
      },
      listen: { port: 9464 },
      leaderElection: true,
      resyncMs: 600_000,
      concurrency: 8,
    })
  })

  it('takes an empty variable for one that was left out', () => {
    expect(loadConfig({ KIAVI_CONCURRENCY: '' }).concurrency).toBe(8)
  })

  it('names every fault at once, and no value', () => {
    const env = { KIAVI_CONCURRENCY: 'hunter2', KIAVI_LOG_LEVEL: 'hunter3', KIAVI_RESYNC_SECONDS: '1' }
    const fault = (() => {
      try {
        loadConfig(env)
        return ''
      } catch (error) {
        return (error as Error).message
      }
    })()
    for (const name of Object.keys(env)) expect(fault).toContain(name)
    expect(fault).not.toMatch(/hunter/)
  })
})
