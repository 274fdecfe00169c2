import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tenantSpec } from '../../operator/src/api/v1alpha1/tenant.ts'
import { documentFiles } from '../../operator/src/controllers/tenant/children/tenant-document.ts'
import { parseTenant } from '../../runtime/src/config.ts'
import { rendering, tenantClass } from '../operator/controllers/tenant/world.ts'

const given = tenantClass()

const parsed = (change: Parameters<typeof rendering>[0]) =>
  parseTenant(documentFiles(rendering(change))['tenant.json'] ?? '')

describe('the tenant document', () => {
  it('that the operator renders is one that the runtime takes, at every bound of the resources', () => {
    const specs = fc.record({
      host: fc.constantFrom('auth.acme.eu', 'a.eu', `${'a'.repeat(63)}.${'b'.repeat(63)}.eu`),
      displayName: fc.option(fc.string({ minLength: 1, maxLength: 80 }), { nil: undefined }),
      tokens: fc.record({
        accessTokenSeconds: fc.constantFrom(60, 600, 3600),
        refreshTokenDays: fc.constantFrom(1, 90),
        sessionDays: fc.constantFrom(1, 365),
      }),
    })
    fc.assert(
      fc.property(specs, fc.constantFrom(1, 4, 50), (spec, connectionsPerPod) => {
        const asked = tenantSpec.parse(JSON.parse(JSON.stringify(spec)))
        const tenant = parsed({
          spec: asked,
          rpId: spec.host,
          class: { ...given, database: { ...given.database, connectionsPerPod } },
        })
        expect(tenant.issuer).toBe(`https://${spec.host}`)
        expect(tenant.database.poolSize).toBe(connectionsPerPod)
        expect(tenant.tokens).toEqual(spec.tokens)
      }),
    )
  })

  it('carries as many origins and proxies as a class and a tenant may name', () => {
    const allowedOrigins = Array.from({ length: 50 }, (_, at) => `https://app${at}.acme.eu:8443`)
    const spec = tenantSpec.parse({ host: 'auth.acme.eu', passkeys: { rpId: 'acme.eu', allowedOrigins } })
    const trustedProxies = [...Array.from({ length: 15 }, (_, at) => `10.${at}.0.0/16`), 'fd00::/8']
    const tenant = parsed({ spec, rpId: 'acme.eu', class: { ...given, trustedProxies } })
    expect(tenant.passkeys.allowedOrigins).toEqual(['https://auth.acme.eu', ...allowedOrigins])
    expect(tenant.trustedProxies).toEqual(trustedProxies)
  })

  it('says where the server is, and whether it is met with TLS', () => {
    const database = { ...given.database, tls: 'Disable' as const }
    expect(parsed({}).database.tls).toBe('verify-full')
    expect(parsed({ class: { ...given, database } }).database.tls).toBe('disable')
  })
})
