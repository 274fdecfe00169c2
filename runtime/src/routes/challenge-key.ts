import { type KeyObject } from 'node:crypto'
import { type Store } from '../db/store.ts'

/** The challenge key, read once when it is first needed. A failure is not remembered. */
export function challengeKey(store: Store): () => Promise<KeyObject> {
  let known: Promise<KeyObject> | undefined
  return () => {
    known ??= store.readChallengeKey().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
}
