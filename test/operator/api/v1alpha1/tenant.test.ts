import { describe, expect, it } from 'vitest'
import { tenantSpec } from '../../../../operator/src/api/v1alpha1/tenant.ts'

describe('tenantSpec', () => {
  it('fills in what the API server fills in, so that a plan reads the same from both', () => {
    expect(tenantSpec.parse({ host: 'auth.acme.eu' })).toEqual({
      host: 'auth.acme.eu',
      passkeys: {},
      tokens: { accessTokenSeconds: 600, refreshTokenDays: 30, sessionDays: 30 },
      signingKeys: { bits: 3072, jwksMaxAgeSeconds: 300, verifierCacheSeconds: 3600, rotationDays: 90 },
      backups: { schedule: '0 2 * * *', retentionDays: 30, drillEveryDays: 30 },
      runtime: {},
    })
  })

  it.each<[object, string]>([
    [{}, 'a tenant without a host'],
    [{ host: 'Auth.acme.eu' }, 'a host in upper case'],
    [{ host: 'auth.acme.eu', signingKeys: { bits: 1024 } }, 'a key that is too short'],
    [{ host: 'auth.acme.eu', tokens: { accessTokenSeconds: 59 } }, 'a token that dies on its way'],
    [
      { host: 'auth.acme.eu', backups: { retentionDays: 90 } },
      'a backup that outlives its tenant for too long',
    ],
    [{ host: 'auth.acme.eu', backups: { schedule: '* * * * *' } }, 'a backup every minute'],
    [{ host: 'auth.acme.eu', passkeys: { allowedOrigins: ['http://app.acme.eu'] } }, 'an origin in clear'],
  ])('refuses %j: %s', (spec) => {
    expect(tenantSpec.safeParse(spec).success).toBe(false)
  })
})
