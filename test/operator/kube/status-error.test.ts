import { describe, expect, it } from 'vitest'
import { statusError } from '../../../operator/src/kube/status-error.ts'

const refusal = { asked: 'apply Deployment n/a', secret: false, write: true }
const body = (reason: string, message = reason) => ({ kind: 'Status', reason, message })

describe('statusError', () => {
  it.each([
    { status: 400, reason: 'BadRequest', code: 'KUBE_INVALID', retry: 'never' },
    { status: 401, reason: 'Unauthorized', code: 'KUBE_UNAUTHORIZED', retry: 'backoff' },
    { status: 403, reason: 'Forbidden', code: 'KUBE_FORBIDDEN', retry: 'backoff' },
    { status: 404, reason: 'NotFound', code: 'KUBE_NOT_FOUND', retry: 'backoff' },
    { status: 409, reason: 'AlreadyExists', code: 'KUBE_ALREADY_EXISTS', retry: 'soon' },
    { status: 409, reason: 'Conflict', code: 'KUBE_CONFLICT', retry: 'soon' },
    { status: 410, reason: 'Expired', code: 'KUBE_EXPIRED', retry: 'soon' },
    { status: 422, reason: 'Invalid', code: 'KUBE_INVALID', retry: 'never' },
    { status: 429, reason: 'TooManyRequests', code: 'KUBE_UNAVAILABLE', retry: 'backoff' },
    { status: 500, reason: 'InternalError', code: 'KUBE_UNAVAILABLE', retry: 'backoff' },
    { status: 504, reason: 'Timeout', code: 'KUBE_TIMEOUT', retry: 'backoff' },
  ])('makes $code of $status $reason, to be tried again: $retry', ({ status, reason, code, retry }) => {
    expect(statusError(body(reason), { ...refusal, status })).toMatchObject({ code, retry, status, reason })
  })

  it.each([
    { status: 500, write: true, outcomeUnknown: true, because: 'it may have been written before the fault' },
    { status: 500, write: false, outcomeUnknown: false, because: 'a read changes nothing' },
    { status: 504, write: true, outcomeUnknown: true, because: 'the server lost sight of it' },
    { status: 429, write: true, outcomeUnknown: false, because: 'it was turned away at the door' },
    { status: 409, write: true, outcomeUnknown: false, because: 'it was refused' },
  ])(
    'says whether a $status leaves the outcome unknown ($outcomeUnknown): $because',
    ({ status, write, outcomeUnknown }) => {
      expect(statusError(body('X'), { ...refusal, status, write }).outcomeUnknown).toBe(outcomeUnknown)
    },
  )

  it('keeps the sentence of a policy, so that a person can read what to mend', () => {
    const sentence = 'spec.host: choose a host under acme.eu'
    expect(statusError(body('Invalid', sentence), { ...refusal, status: 422 }).message).toBe(
      `apply Deployment n/a: ${sentence}`,
    )
  })

  it('quotes nothing of a Secret: only the names of fields and reasons', () => {
    const invalid = {
      ...body('Invalid', 'Secret "a" is invalid: data[password]: Invalid value: "hunter2"'),
      details: {
        causes: [
          { field: 'data[password]', reason: 'FieldValueInvalid', message: 'Invalid value: "hunter2"' },
        ],
      },
    }
    const error = statusError(invalid, { ...refusal, asked: 'apply Secret n/a', secret: true, status: 422 })
    expect(error.message).toBe('apply Secret n/a: Invalid; data[password] FieldValueInvalid')
    expect(JSON.stringify(Object.entries(error))).not.toContain('hunter2')
  })

  it('cuts a message that would fill a log', () => {
    expect(
      statusError(body('Invalid', 'x'.repeat(9_000)), { ...refusal, status: 422 }).message.length,
    ).toBeLessThan(1_100)
  })
})
