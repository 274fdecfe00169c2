import { type DatabaseFacts } from './installation/database-facts.ts'
import { operatorNamespace } from './operator-world/names.ts'

const secret = (name: string, stringData: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: operatorNamespace },
  stringData,
})

/** The Secrets that the default class names, and the class itself, the last: `spec` says what worlds differ in. */
export function defaultClass({ administrator, ca, host, port, reachedBy }: DatabaseFacts, spec: object) {
  return [
    secret('database-admin', administrator),
    secret('database-ca', { 'ca.crt': ca }),
    {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenantClass',
      metadata: { name: 'default', annotations: { 'kiavi.eu/is-default-class': 'true' } },
      spec: {
        region: 'fr-par',
        database: {
          ...{ host, port, reachedBy },
          adminSecretName: 'database-admin',
          caSecretName: 'database-ca',
          exclusive: true,
        },
        ...spec,
      },
    },
  ]
}
