import { provisioning } from './provisioning.ts'

/** What the crash proofs cross; each is a file of this folder. */
export const workflows = [provisioning]
