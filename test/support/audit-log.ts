/** Reads the API server's audit log: who did what, never with which body. */
import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'

export interface AuditRequest {
  user: string
  verb: string
  /** `group/resource`, or `group/resource/subresource`; the core group is empty. */
  resource: string
  namespace: string | undefined
  name: string | undefined
  code: number
  message: string
}

interface AuditEvent {
  stage: string
  verb: string
  user?: { username?: string }
  objectRef?: {
    apiGroup?: string
    resource?: string
    subresource?: string
    namespace?: string
    name?: string
  }
  responseStatus?: { code?: number; message?: string }
}

/** Where the log ends now: what is read from here on came later. */
export const auditMark = (path: string): number => statSync(path).size

/** Every finished request for an object since the mark; a watch is finished when it ends. */
export async function auditRequests(path: string, mark = 0): Promise<AuditRequest[]> {
  const requests: AuditRequest[] = []
  const file = await open(path)
  try {
    for await (const line of file.readLines({ start: mark, encoding: 'utf8' })) {
      const event = parse(line)
      if (event?.stage !== 'ResponseComplete' || event.objectRef === undefined) continue
      const { apiGroup = '', resource, subresource, namespace, name } = event.objectRef
      requests.push({
        user: event.user?.username ?? '',
        verb: event.verb,
        resource: [apiGroup, resource, subresource].filter((part) => part !== undefined).join('/'),
        namespace,
        name,
        code: event.responseStatus?.code ?? 0,
        message: event.responseStatus?.message ?? '',
      })
    }
  } finally {
    await file.close()
  }
  return requests
}

/** The last line may be in the middle of being written. */
function parse(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent
  } catch {
    return undefined
  }
}

const writing = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

export const isWrite = ({ verb }: AuditRequest): boolean => writing.has(verb)
export const isLease = ({ resource }: AuditRequest): boolean => resource === 'coordination.k8s.io/leases'
