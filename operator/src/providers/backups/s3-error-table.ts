import {
  StoreChanged,
  StoreClockSkewed,
  StoreDenied,
  type StoreError,
  StoreExists,
  StoreFull,
  StoreGone,
  StoreRefused,
  StoreUnavailable,
  isStoreError,
} from './errors.ts'

type Kind = new (message: string, reason?: string) => StoreError
type Row = [kind: Kind, mend: string]

const again: Row = [StoreUnavailable, 'It is tried again; if it stays, look at the store.']
const rights: Row = [
  StoreDenied,
  'Correct the credential that the class names, or give it the right to put, get, list and delete objects, versions and uploads in this bucket. A locked object waits for its lock to end.',
]
const clock: Row = [
  StoreClockSkewed,
  'Set the clock of this node, or of the store: they are more than a few minutes apart.',
]
const bucket: Row = [StoreGone, 'Correct the bucket in the class, or make it anew.']
const object: Row = [StoreGone, 'Somebody took it away, or it never was there.']
const room: Row = [StoreFull, 'Give the store room, or raise its quota; older backups stay as they are.']
const place: Row = [StoreRefused, 'Correct endpoint, region and addressing style in the class.']

const unknown: Row = [StoreRefused, "Look at the store's own log."]

/** By the `Code` of S3's error body. */
const byCode: Record<string, Row> = {
  AccessDenied: rights,
  AllAccessDisabled: rights,
  ExpiredToken: rights,
  InvalidAccessKeyId: rights,
  InvalidToken: rights,
  SignatureDoesNotMatch: rights,
  RequestExpired: clock,
  RequestTimeTooSkewed: clock,
  NoSuchBucket: bucket,
  NoSuchKey: object,
  // An upload that was aborted while its last part was on the way.
  InvalidPart: object,
  NoSuchUpload: object,
  NoSuchVersion: object,
  InsufficientStorage: room,
  QuotaExceeded: room,
  XMinioStorageFull: room,
  AuthorizationHeaderMalformed: place,
  InvalidBucketName: place,
  PermanentRedirect: place,
  // What was sent is not what arrived: send it again.
  BadDigest: again,
  ConditionalRequestConflict: again,
  IncompleteBody: again,
  InternalError: again,
  OperationAborted: again,
  RequestTimeout: again,
  ServiceUnavailable: again,
  SlowDown: again,
  ThrottlingException: again,
  XAmzContentChecksumMismatch: again,
  XAmzContentSHA256Mismatch: again,
}

/** By HTTP status, where the answer has no code that we know: HEAD has no body, and proxies have words of their own. */
const byStatus: Record<number, Row> = {
  301: place,
  307: place,
  401: rights,
  403: rights,
  404: object,
  408: again,
  429: again,
  501: unknown,
  507: room,
}

/** What a refused `If-Match` or `If-None-Match` means for the one who asked. */
const byPrecondition: Record<'exists' | 'changed', Row> = {
  exists: [StoreExists, 'Nothing is written over it; take another name.'],
  changed: [StoreChanged, 'Look again before anything is done to it.'],
}

const tlsTrouble = /certificate|altname|self.signed|CERT_|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/i
const untrusted: Row = [
  StoreRefused,
  'Put the CA that signed its certificate in the class, and use a host name that the certificate has.',
]
const silent: Row = [StoreUnavailable, 'Check endpoint and network; it is tried again.']

export interface S3Asked {
  /** What was tried, as the beginning of a sentence. */
  doing: string
  endpoint: string
  precondition?: 'exists' | 'changed'
}

/** Any failure of a call as one of ours. The cause is not carried on: it holds the request with its signature. */
export function s3Error(asked: S3Asked, error: unknown): StoreError {
  if (isStoreError(error)) return error
  const { code, message, status } = facts(error)
  const [Kind, mend] = rowOf(asked, code, message, status)
  const words = status === undefined ? `${asked.endpoint} does not answer: ${message}` : message
  const reason = status === undefined || code !== '' ? code : String(status)
  const shown = reason === '' || words.includes(reason) ? '' : ` (${reason})`
  return new Kind(`${asked.doing}: ${words}${shown}. ${mend}`, reason === '' ? undefined : reason)
}

function rowOf(asked: S3Asked, code: string, message: string, status: number | undefined): Row {
  if (status === undefined) return tlsTrouble.test(`${code} ${message}`) ? untrusted : silent
  if (status === 412) return byPrecondition[asked.precondition ?? 'changed']
  // An error in the body of a 200 (CompleteMultipartUpload) has its code, too.
  return byCode[code] ?? byStatus[status] ?? (status >= 500 || status < 300 ? again : unknown)
}

function facts(error: unknown): { code: string; message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { code: '', message: 'unknown failure', status: undefined }
  const { $metadata, code, errors } = error as {
    $metadata?: { httpStatusCode?: number }
    code?: unknown
    errors?: unknown
  }
  const status = $metadata?.httpStatusCode
  // Without an answer the name says nothing ("Error"); Node's code does.
  const own = status === undefined ? (typeof code === 'string' ? code : error.name) : error.name
  const first = Array.isArray(errors) && errors[0] instanceof Error ? errors[0].message : ''
  const text = (error.message || first || own).trim().replace(/\.$/, '').slice(0, 300)
  const nameless = /^(Unknown|Error|UnknownError|NotFound)$/
  return {
    code: nameless.test(own) ? '' : own,
    message: nameless.test(text) && status !== undefined ? `the store answers HTTP ${status}` : text,
    status,
  }
}
