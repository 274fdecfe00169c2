import { defaultClass } from '../default-class.ts'

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
  const facts = {
    host,
    port,
    ca,
    administrator: { username, password },
    reachedBy: { cidrs: [`${host}/32`] },
  }
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'test' },
      spec: { controller: 'kiavi.eu/none' },
    },
    ...defaultClass(facts, {
      runtime: { image: 'kiavi/runtime:source', replicas: 1 },
      ingress: { className: 'test' },
      ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'ingress' } }],
      ...classSpec,
    }),
  ]
}
