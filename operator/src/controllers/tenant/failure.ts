import { KubeError } from '../../kube/errors.ts'
import { DatabaseRefused, DatabaseUnreachable } from '../../providers/database/errors.ts'
import { KeyUnreadable } from '../../providers/keys/errors.ts'
import { type Finding } from './reasons.ts'

/** How a failure shows on the tenant; `undefined` for those that the next look at the world settles by itself. */
export function failureOf(error: Error): Finding | undefined {
  if (retryOf(error) === 'soon') return undefined
  if (error instanceof DatabaseUnreachable) return { reason: 'DatabaseUnreachable', message: error.message }
  if (error instanceof DatabaseRefused) return { reason: 'DatabaseRefused', message: error.message }
  if (error instanceof KubeError && error.retry === 'never') {
    const message = `The API server refuses what has to be written: ${error.message}`
    return { reason: 'ChangeRefused', message: message.slice(0, 1000) }
  }
  const message =
    error instanceof KubeError || error instanceof KeyUnreadable || 'code' in error
      ? error.message
      : 'An unexpected error; the log of the operator has it.'
  return { reason: 'ReconcileFailed', message: `${message.slice(0, 1000)} It is tried again.` }
}

/** Whether and how to try again after an error of ours; anything else is tried again with backoff. */
export function retryOf(error: Error): 'never' | 'soon' | 'backoff' {
  const retry = (error as { retry?: unknown }).retry
  return retry === 'never' || retry === 'soon' ? retry : 'backoff'
}
