/** When and how soon a container that ended is started again: pure. */
import { constants } from 'node:os'
import { type Exit } from '../process.ts'

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

export const signalNumber = (signal: NodeJS.Signals): number => constants.signals[signal]

/** As a shell and the kubelet count: 128 and the signal's number for one that was killed. */
export const exitCodeOf = ({ code, signal }: Exit): number =>
  signal === null ? (code ?? 0) : 128 + signalNumber(signal)

export const restarts = (policy: RestartPolicy, exit: Exit): boolean =>
  policy === 'Always' || (policy === 'OnFailure' && exitCodeOf(exit) !== 0)

const longestMs = 30_000
/** One that ran so long is taken for sound again. */
const soundAfterMs = 60_000

/** The first restart comes at once, then the pause doubles up to 30 s. */
export function backOffMs(firstMs: number, restartsSoFar: number, ranForMs: number): number {
  if (restartsSoFar === 0 || ranForMs >= soundAfterMs) return 0
  return Math.min(firstMs * 2 ** (restartsSoFar - 1), longestMs)
}
