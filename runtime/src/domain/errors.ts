/**
 * Every way in which the service says no. `code` and `status` are the API; the sentence is for a person.
 * An unknown account and a wrong credential are one code with the same words, so that nobody learns who exists.
 */

export const refusals = {
  invalid_request: {
    status: 400,
    sentence: 'The request is not understood: a field is missing, unknown or malformed.',
  },
  challenge_invalid: {
    status: 400,
    sentence: 'This attempt took too long or was used already. Please start again.',
  },
  registration_failed: { status: 400, sentence: 'The passkey could not be saved. Please start again.' },
  sign_in_failed: { status: 401, sentence: 'You could not be signed in with this passkey.' },
  not_signed_in: { status: 401, sentence: 'You are not signed in.' },
  insufficient_user_authentication: {
    status: 401,
    sentence: 'Please sign in again first: for this your sign-in may be five minutes old at most.',
  },
  refresh_token_invalid: {
    status: 401,
    sentence: 'This refresh token is not valid any more. Please sign in again.',
  },
  origin_not_allowed: { status: 403, sentence: 'This site may not use this sign-in service.' },
  not_found: { status: 404, sentence: 'There is nothing at this address.' },
  passkey_not_found: { status: 404, sentence: 'You have no such passkey.' },
  last_passkey: {
    status: 409,
    sentence:
      'This is your only passkey, and without it you could not sign in. If you want to leave, erase your account.',
  },
  other_user: {
    status: 409,
    sentence: 'By now somebody else is signed in here. Nothing was changed. Please start again.',
  },
  payload_too_large: { status: 413, sentence: 'The request is too large.' },
  unsupported_media_type: { status: 415, sentence: 'Send the request as application/json.' },
  internal: { status: 500, sentence: 'Something went wrong on our side. Please try again.' },
  unavailable: {
    status: 503,
    sentence: 'The service cannot answer right now. Please try again in a moment.',
  },
} as const satisfies Record<string, { status: number; sentence: string }>

export type RefusalCode = keyof typeof refusals

/** A refusal on its way to the caller. `detail` is for our own records and never leaves the service. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly status: number
  readonly detail: string | undefined

  constructor(code: RefusalCode, detail?: string, options?: ErrorOptions) {
    super(refusals[code].sentence, options)
    this.code = code
    this.status = refusals[code].status
    this.detail = detail
  }
}

/** What the caller reads. The words depend on the code alone. */
export const wireError = (code: RefusalCode) => ({ error: code, error_description: refusals[code].sentence })
