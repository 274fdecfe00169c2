/**
 * A proof is one claim about the product in one file, that anyone can run: `npm run prove -- area/name`.
 * It throws when the claim does not hold; what it returns are its figures, printed last.
 */
export interface Proof {
  /** One sentence: what is shown. */
  claim: string
  /** What it needs: `nothing` (any machine), `control-plane` (no root), or `node` (root on Linux, real pods). */
  needs: 'nothing' | 'control-plane' | 'node'
  /** How long it usually takes on two cores, in minutes. */
  minutes: number
  run: (io: ProofIO) => Promise<Figures>
}

/** Named results in print order; a number is printed as it is, with its unit in the name. */
export type Figures = Record<string, string | number | boolean>

export interface ProofIO {
  /** One line of progress, on stderr. */
  say: (line: string) => void
  /** Arguments after the proof's name. */
  args: string[]
}

/** Fails the proof with a sentence that says what was expected and what was seen. */
export function claimHolds(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ClaimBroken(otherwise)
}

export class ClaimBroken extends Error {
  override readonly name = 'ClaimBroken'
}
