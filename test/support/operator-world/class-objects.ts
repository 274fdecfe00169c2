import { operatorNamespace } from './names.ts'

/** A PostgreSQL server as operator and pods know it. */
export interface ClassDatabase {
  /** 127.0.0.1 unless given. */
  host?: string
  port: number
  /** PEM. */
  ca: string
  administrator: { user: string; password: string }
}

/** The default class of a world, with the Secrets that it names. One replica: a crash of it is not the matter. */
export function classObjects(database: ClassDatabase, classSpec: object = {}) {
  const { host = '127.0.0.1', port, ca } = database
  const { user: username, password } = database.administrator
  const secret = (name: string, stringData: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: operatorNamespace },
    stringData,
  })
  return [
    secret('database-admin', { username, password }),
    secret('database-ca', { 'ca.crt': ca }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'test' },
      spec: { controller: 'kiavi.eu/none' },
    },
    {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenantClass',
      metadata: { name: 'default', annotations: { 'kiavi.eu/is-default-class': 'true' } },
      spec: {
        region: 'fr-par',
        database: {
          host,
          port,
          adminSecretName: 'database-admin',
          caSecretName: 'database-ca',
          exclusive: true,
          reachedBy: { cidrs: [`${host}/32`] },
        },
        runtime: { image: 'kiavi/runtime:source', replicas: 1 },
        ingress: { className: 'test' },
        ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'ingress' } }],
        ...classSpec,
      },
    },
  ]
}
