import { describe, expect, it } from 'vitest'
import { ConfigError, loadSettings, parseTenant } from '../../runtime/src/config.ts'

const tenant = {
  tenantID: 'k3x9q7w2ab',
  displayName: 'Acme',
  issuer: 'https://auth.acme.eu',
  passkeys: { rpId: 'acme.eu', allowedOrigins: ['https://auth.acme.eu', 'https://app.acme.eu'] },
  tokens: { accessTokenSeconds: 600, refreshTokenDays: 30, sessionDays: 30 },
  database: {
    host: 'postgres.databases.svc',
    port: 5432,
    name: 'kiavi_k3x9q7w2ab',
    tls: 'verify-full',
    appRole: 'kiavi_k3x9q7w2ab_app',
    ownerRole: 'kiavi_k3x9q7w2ab_owner',
    poolSize: 4,
  },
  trustedProxies: ['10.244.0.0/16', 'fd00::/8'],
}

function faults(document: object): readonly string[] {
  try {
    parseTenant(JSON.stringify(document))
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}
const faultyPaths = (document: object) => faults(document).map((fault) => fault.split(':')[0])

describe('parseTenant', () => {
  it('reads the document of docs/architecture.md', () => {
    expect(parseTenant(JSON.stringify(tenant))).toEqual(tenant)
  })

  it('names all faults at once, by path, and no value', () => {
    const broken = { ...tenant, tenantID: 'SECRET', trustedProxies: ['0.0.0.0'], passwordFile: 'x' }
    const found = faults(broken)
    expect(found).toHaveLength(3)
    expect(found.join()).toMatch(/tenantID: .*trustedProxies\.0: .*passwordFile/s)
    expect(found.join()).not.toContain('SECRET')
  })

  it.each<[string, object]>([
    ['issuer', { issuer: 'https://auth.acme.eu/' }],
    ['issuer', { issuer: 'http://auth.acme.eu' }],
    ['issuer', { issuer: 'https://auth.acme.eu/tenant' }],
    ['passkeys.allowedOrigins', { passkeys: { rpId: 'acme.eu', allowedOrigins: ['https://app.acme.eu'] } }],
    ['passkeys.rpId', { passkeys: { ...tenant.passkeys, rpId: 'cme.eu' } }],
    ['passkeys.rpId', { passkeys: { ...tenant.passkeys, rpId: 'app.acme.eu' } }],
    ['tokens.accessTokenSeconds', { tokens: { ...tenant.tokens, accessTokenSeconds: 59 } }],
    ['database.name', { database: { ...tenant.database, name: 'a"; DROP' } }],
    ['database.tls', { database: { ...tenant.database, tls: 'prefer' } }],
  ])('refuses a wrong %s: %o', (path, change) => {
    expect(faultyPaths({ ...tenant, ...change })).toContain(path)
  })

  it('lets plain http through for localhost alone', () => {
    const local = {
      issuer: 'http://localhost:8080',
      passkeys: {
        rpId: 'localhost',
        allowedOrigins: ['http://localhost:8080', 'android:apk-key-hash:abc_-'],
      },
    }
    expect(faults({ ...tenant, ...local })).toEqual([])
  })
})

describe('loadSettings', () => {
  it('has a default for everything', () => {
    expect(loadSettings({ PATH: '/bin' })).toEqual({
      configDir: '/etc/kiavi',
      listenHost: '0.0.0.0',
      httpPort: 8080,
      metricsPort: 9464,
      drainSeconds: 5,
      logLevel: 'info',
    })
  })
  it('names every faulty variable', () => {
    expect(() =>
      loadSettings({ KIAVI_HTTP_PORT: '65536', KIAVI_DRAIN_SECONDS: '-1', KIAVI_LOG_LEVEL: 'all' }),
    ).toThrow(/KIAVI_HTTP_PORT.*KIAVI_DRAIN_SECONDS.*KIAVI_LOG_LEVEL/)
  })
})
