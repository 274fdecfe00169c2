import { describe, expect, it } from 'vitest'
import { StoreCut } from '../../../../operator/src/providers/backups/errors.ts'
import { s3Error } from '../../../../operator/src/providers/backups/s3-error-table.ts'

const endpoint = 'https://s3.example.eu'
const doing = 'Putting x'

/** As the SDK throws it. */
function answered(name: string, httpStatusCode: number, message = 'the words of the store.') {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } })
}
const unanswered = (code: string, message: string) => Object.assign(new Error(message), { code })

const rows: { error: unknown; precondition?: 'exists' | 'changed'; kind: string; because: string }[] = [
  { error: answered('AccessDenied', 403), kind: 'StoreDenied', because: 'a right is missing' },
  { error: answered('SignatureDoesNotMatch', 403), kind: 'StoreDenied', because: 'a wrong secret' },
  { error: answered('InvalidAccessKeyId', 403), kind: 'StoreDenied', because: 'a wrong key' },
  { error: answered('ExpiredToken', 400), kind: 'StoreDenied', because: 'the code says more than 400' },
  { error: answered('Unknown', 403, 'UnknownError'), kind: 'StoreDenied', because: 'a HEAD has no words' },
  { error: answered('Unknown', 401, 'UnknownError'), kind: 'StoreDenied', because: 'some proxy' },
  { error: answered('RequestTimeTooSkewed', 403), kind: 'StoreClockSkewed', because: 'a clock is wrong' },
  { error: answered('NoSuchBucket', 404), kind: 'StoreGone', because: 'no bucket' },
  { error: answered('NoSuchKey', 404), kind: 'StoreGone', because: 'no object' },
  { error: answered('NoSuchUpload', 404), kind: 'StoreGone', because: 'the upload was aborted' },
  { error: answered('InvalidPart', 400), kind: 'StoreGone', because: 'its parts were aborted' },
  { error: answered('NotFound', 404, 'UnknownError'), kind: 'StoreGone', because: 'a HEAD has no words' },
  { error: answered('SlowDown', 503), kind: 'StoreUnavailable', because: 'overload' },
  { error: answered('Whatever', 503), kind: 'StoreUnavailable', because: 'the status says it' },
  { error: answered('Whatever', 429), kind: 'StoreUnavailable', because: 'the status says it' },
  {
    error: answered('RequestTimeout', 400),
    kind: 'StoreUnavailable',
    because: 'the code says more than 400',
  },
  { error: answered('BadDigest', 400), kind: 'StoreUnavailable', because: 'it may arrive the next time' },
  { error: answered('InternalError', 200), kind: 'StoreUnavailable', because: 'an error in a 200' },
  { error: answered('Whatever', 200), kind: 'StoreUnavailable', because: 'half an answer' },
  { error: answered('QuotaExceeded', 403), kind: 'StoreFull', because: 'the code says more than 403' },
  { error: answered('Whatever', 507), kind: 'StoreFull', because: 'the status says it' },
  { error: answered('PermanentRedirect', 301), kind: 'StoreRefused', because: 'the wrong region' },
  { error: answered('NotImplemented', 501), kind: 'StoreRefused', because: 'it never will' },
  { error: answered('InvalidArgument', 400), kind: 'StoreRefused', because: 'a fault of ours' },
  { error: answered('PreconditionFailed', 412), kind: 'StoreChanged', because: 'If-Match' },
  {
    error: answered('PreconditionFailed', 412),
    precondition: 'exists',
    kind: 'StoreExists',
    because: 'If-None-Match',
  },
  {
    error: unanswered('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443'),
    kind: 'StoreUnavailable',
    because: 'nobody listens',
  },
  {
    error: unanswered('ENOTFOUND', 'getaddrinfo ENOTFOUND s3'),
    kind: 'StoreUnavailable',
    because: 'names do not work now',
  },
  {
    error: new AggregateError([new Error('connect ETIMEDOUT')], ''),
    kind: 'StoreUnavailable',
    because: 'every address of it',
  },
  {
    error: unanswered('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'),
    kind: 'StoreRefused',
    because: 'no patience makes a certificate trusted',
  },
  { error: 'a string', kind: 'StoreUnavailable', because: 'whatever is thrown' },
]

describe('s3Error', () => {
  it.each(rows)('makes $error a $kind: $because', ({ error, precondition, kind }) => {
    const made = s3Error({ doing, endpoint, ...(precondition ? { precondition } : {}) }, error)
    expect(made.name).toBe(kind)
    expect(made.condition).toBe('BackupsCurrent')
    expect(made.message).toMatch(/^Putting x: .+\. [A-Z].+\.$/)
    expect(made.message).not.toMatch(/UnknownError|\.\.|undefined/)
    expect(made.cause).toBeUndefined()
  })

  it('says what the store said, its word for it, and what to do', () => {
    expect(
      s3Error({ doing, endpoint }, answered('SlowDown', 503, 'Please reduce your request rate.')),
    ).toMatchObject({
      message:
        'Putting x: Please reduce your request rate (SlowDown). It is tried again; if it stays, look at the store.',
      reason: 'SlowDown',
    })
  })

  it('says the status where there are no words', () => {
    expect(s3Error({ doing, endpoint }, answered('NotFound', 404, 'UnknownError'))).toMatchObject({
      message: 'Putting x: the store answers HTTP 404. Somebody took it away, or it never was there.',
      reason: '404',
    })
  })

  it('says who did not answer', () => {
    expect(s3Error({ doing, endpoint }, unanswered('ECONNRESET', 'socket hang up')).message).toBe(
      'Putting x: https://s3.example.eu does not answer: socket hang up (ECONNRESET). Check endpoint and network; it is tried again.',
    )
  })

  it('shows no more than the beginning of a long answer', () => {
    expect(
      s3Error({ doing, endpoint }, answered('Whatever', 400, '<html>'.repeat(10_000))).message.length,
    ).toBeLessThan(500)
  })

  it('keeps what is one of ours already', () => {
    const ours = new StoreCut('cut')
    expect(s3Error({ doing, endpoint }, ours)).toBe(ours)
  })
})
