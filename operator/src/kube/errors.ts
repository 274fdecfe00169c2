/**
 * What can go wrong between us and the API server, each with a stable `code`.
 *
 * `retry` is for the work queue: `soon` (look again at once: the world moved), `backoff` (it may heal by itself),
 * `never` (only a change of the object or of a policy helps).
 * A message never quotes the body of a Secret: for that kind only field names and reasons are kept.
 */
export type Retry = 'never' | 'soon' | 'backoff'

export interface KubeErrorDetail {
  /** HTTP status; absent when no answer came. */
  status?: number
  /** The server's own `reason` word. */
  reason?: string
  /** True when a write may have happened although we got an error: read before repeating. */
  outcomeUnknown?: boolean
  /** How long the server asked us to stay away, in milliseconds. */
  retryAfterMs?: number
  cause?: unknown
}

export class KubeError extends Error {
  readonly code: string = 'KUBE_ERROR'
  readonly retry: Retry = 'backoff'
  readonly status: number | undefined
  readonly reason: string | undefined
  readonly outcomeUnknown: boolean
  readonly retryAfterMs: number | undefined

  constructor(message: string, detail: KubeErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = new.target.name
    this.status = detail.status
    this.reason = detail.reason
    this.outcomeUnknown = detail.outcomeUnknown ?? false
    this.retryAfterMs = detail.retryAfterMs
  }
}

/** 409: the object moved on since it was read. */
export class KubeConflict extends KubeError {
  override readonly code = 'KUBE_CONFLICT'
  override readonly retry = 'soon'
}

/** 409 on create: somebody was first. */
export class KubeAlreadyExists extends KubeError {
  override readonly code = 'KUBE_ALREADY_EXISTS'
  override readonly retry = 'soon'
}

/** 404: the object is not there, or the server does not know the kind (its CRD is missing). */
export class KubeNotFound extends KubeError {
  override readonly code = 'KUBE_NOT_FOUND'
  /** True when the server said it of this very object; false when it did not know the kind. */
  readonly absent: boolean

  constructor(message: string, detail: KubeErrorDetail & { absent?: boolean } = {}) {
    super(message, detail)
    this.absent = detail.absent ?? false
  }
}

/** 403: a right is missing, a policy refuses, or the namespace is terminating. */
export class KubeForbidden extends KubeError {
  override readonly code = 'KUBE_FORBIDDEN'
}

/** 400, 422: the server refuses this content. Sending it again changes nothing. */
export class KubeInvalid extends KubeError {
  override readonly code = 'KUBE_INVALID'
  override readonly retry = 'never'
}

/** 401 also with a fresh credential. */
export class KubeUnauthorized extends KubeError {
  override readonly code = 'KUBE_UNAUTHORIZED'
}

/** 410: the resourceVersion or the list's continue token is too old. */
export class KubeExpired extends KubeError {
  override readonly code = 'KUBE_EXPIRED'
  override readonly retry = 'soon'
}

/** The server cannot be reached, is overloaded, broken, or speaks something else than JSON. */
export class KubeUnavailable extends KubeError {
  override readonly code = 'KUBE_UNAVAILABLE'
}

/** No answer in time. For a write the outcome is unknown: read before repeating. */
export class KubeTimeout extends KubeError {
  override readonly code = 'KUBE_TIMEOUT'
}
