import { provisioning } from './provisioning.ts'
import { revoke } from './revoke.ts'
import { rotation } from './rotation.ts'

/** What the crash proofs cross; each is a file of this folder. */
export const workflows = [provisioning]

/** The same for signing keys: their waits need a clock that can be set. */
export const keyWorkflows = [rotation, revoke]
