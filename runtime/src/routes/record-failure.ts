import { type FastifyRequest } from 'fastify'
import { type Dependencies } from '../dependencies.ts'
import { type AuditReason, type AuditType } from '../domain/audit-event.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { callerOf } from './deliver.ts'

export interface Failure {
  type: AuditType
  reason: AuditReason
  identifier?: string | undefined
}

/** Counts a failed attempt and writes it to the audit log. */
export async function recordFailure(
  deps: Dependencies,
  request: FastifyRequest,
  failure: Failure,
): Promise<void> {
  deps.metrics.attempt('passkey', 'failure')
  const now = deps.now()
  await deps.store.recordFailedAttempt({
    id: uuidv7(now.getTime(), deps.random),
    occurredAt: now,
    type: failure.type,
    reason: failure.reason,
    identifier: failure.identifier ?? null,
    caller: callerOf(request),
  })
}
