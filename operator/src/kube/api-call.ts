import { type ObjectName, type ResourceKind } from './port.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'apply' | 'patch' | 'delete'

/** One request to the API server, as data. */
export interface ApiCall {
  verb: Verb
  kind: ResourceKind
  /** Path below the server's root. */
  path: string
  query?: Record<string, string>
  body?: unknown
  /** Whom it is about; for messages only. */
  about?: Partial<ObjectName>
  /** Limit for the whole call, `Retry-After` included; for a watch: until its headers arrive. */
  timeoutMs?: number
  signal?: AbortSignal
}

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  apply: 'PATCH',
  patch: 'PATCH',
  delete: 'DELETE',
} as const satisfies Record<Verb, string>

export const methodOf = (verb: Verb) => methods[verb]

export const isWrite = (verb: Verb) => methods[verb] !== 'GET'

/** What the body is called: the server reads a patch by its media type, and its default is another one. */
export function contentTypeOf(verb: Verb): string {
  if (verb === 'apply') return 'application/apply-patch+yaml'
  if (verb === 'patch') return 'application/merge-patch+json'
  return 'application/json'
}

/** `apply Deployment kiavi-x/runtime`: how errors and spans name a call. */
export function wordsFor({ verb, kind, about }: ApiCall): string {
  const where = [about?.namespace, about?.name].filter((part) => part !== undefined).join('/')
  return where === '' ? `${verb} ${kind.kind}` : `${verb} ${kind.kind} ${where}`
}
