import { type PodSeen } from '../observed.ts'
import { type KeyLedger } from './ledger.ts'

/** What a process remembers of a pod that is late. */
export const laggard = (pod: string, version: number): string => `lags ${pod} ${version}`

/** Pods that serve another key set than the newest. One too old to say which cannot be told either. */
export const laggards = (pods: readonly PodSeen[], { version }: KeyLedger): PodSeen[] =>
  pods.filter(({ keys }) => keys !== undefined && keys.version !== version)
