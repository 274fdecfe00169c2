import { backup } from './backup.ts'
import { provisioning } from './provisioning.ts'
import { prune } from './prune.ts'
import { restore } from './restore.ts'
import { revoke } from './revoke.ts'
import { rotation } from './rotation.ts'

/** What the crash proofs cross; each is a file of this folder. */
export const workflows = [provisioning]

/** The same for signing keys: their waits need a clock that can be set. */
export const keyWorkflows = [rotation, revoke]

/** The same for backups: their Jobs need programs and a store. */
export const backupWorkflows = [backup, restore, prune]
