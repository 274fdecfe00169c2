import { child, databaseNames } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering, issuerOf, poolSizeOf } from '../rendering.ts'
import { childMeta } from './meta.ts'

/** What the tenant's pods are told: `tenant.json` of docs/architecture.md. Holds no secret. */
export function tenantDocument(rendering: Rendering) {
  const { tenantID, spec, rpId, class: tenantClass } = rendering
  const issuer = issuerOf(spec.host)
  const names = databaseNames(tenantID)
  const { host, port, tls } = tenantClass.database
  const more = (spec.passkeys.allowedOrigins ?? []).filter((origin) => origin !== issuer)
  return {
    tenantID,
    displayName: spec.displayName ?? spec.host,
    issuer,
    passkeys: { rpId, allowedOrigins: [issuer, ...more] },
    tokens: {
      accessTokenSeconds: spec.tokens.accessTokenSeconds,
      refreshTokenDays: spec.tokens.refreshTokenDays,
      sessionDays: spec.tokens.sessionDays,
    },
    database: {
      host,
      port,
      name: names.database,
      tls: tls === 'Disable' ? 'disable' : 'verify-full',
      appRole: names.app,
      ownerRole: names.owner,
      poolSize: poolSizeOf(rendering),
    },
    trustedProxies: tenantClass.trustedProxies ?? [],
  }
}

/** The files of the ConfigMap that serving and migrating pods mount. */
export const documentFiles = (rendering: Rendering): Record<string, string> => ({
  'tenant.json': `${JSON.stringify(tenantDocument(rendering), undefined, 2)}\n`,
  ...(rendering.databaseCA === undefined ? {} : { 'database-ca.crt': rendering.databaseCA }),
})

export const tenantConfigMap = (rendering: Rendering): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: childMeta(rendering, child.tenantDocument, 'runtime'),
  data: documentFiles(rendering),
})
