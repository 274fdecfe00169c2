import {
  KubeAlreadyExists,
  KubeConflict,
  type KubeError,
  KubeExpired,
  KubeForbidden,
  KubeInvalid,
  KubeNotFound,
  KubeTimeout,
  KubeUnauthorized,
  KubeUnavailable,
} from './errors.ts'

/** The part of a `Status` body (meta/v1) that we read. */
export interface StatusBody {
  kind?: string
  reason?: string
  message?: string
  code?: number
  details?: {
    name?: string
    retryAfterSeconds?: number
    causes?: { reason?: string; message?: string; field?: string }[]
  }
}

export interface Refusal {
  status: number
  /** What was asked, for the message: `apply Deployment kiavi-x/runtime`. */
  asked: string
  /** Nothing of the server's prose is kept: it may quote values of a Secret. */
  secret: boolean
  /** The call could have changed something. */
  write: boolean
  retryAfterMs?: number
}

const longestMessage = 1000

/** Turns a refusal of the API server into the error of our family. */
export function statusError(body: StatusBody | undefined, refusal: Refusal): KubeError {
  const { status, asked, retryAfterMs } = refusal
  const reason = body?.reason
  const message = `${asked}: ${words(body, refusal)}`
  const detail = {
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
  if (reason === 'AlreadyExists') return new KubeAlreadyExists(message, detail)
  switch (status) {
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      return new KubeInvalid(message, detail)
    case 401:
      return new KubeUnauthorized(`${message}. Is the operator's token or certificate still valid?`, detail)
    case 403:
      return new KubeForbidden(message, detail)
    case 404:
      return new KubeNotFound(message, { ...detail, absent: reason === 'NotFound' && !!body?.details?.name })
    case 409:
      return new KubeConflict(message, detail)
    case 410:
      return new KubeExpired(message, detail)
    case 504:
      return new KubeTimeout(message, { ...detail, outcomeUnknown: refusal.write })
    default:
      return new KubeUnavailable(message, { ...detail, outcomeUnknown: refusal.write && status !== 429 })
  }
}

function words(body: StatusBody | undefined, { status, secret }: Refusal): string {
  if (body?.kind !== 'Status') return `HTTP ${status}, not from an API we know (is the kind installed?)`
  const reason = body.reason ?? `HTTP ${status}`
  if (!secret) return (body.message ?? reason).slice(0, longestMessage)
  const fields = (body.details?.causes ?? []).map(({ field, reason }) =>
    `${field ?? '?'} ${reason ?? ''}`.trim(),
  )
  return [reason, ...fields].join('; ')
}
