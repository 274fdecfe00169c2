/** What status tells of a tenant's signing keys, as far as a wave of rotations waits for it. Pure. */

export interface ShownKey {
  kid: string
  phase: string
  since: string
  nextAt?: string
}

const inPhase = (keys: readonly ShownKey[], phase: string) => keys.find((key) => key.phase === phase)

export const standbyOf = (keys: readonly ShownKey[]): string | undefined => inPhase(keys, 'Published')?.kid

/** Verifiers may know the standby from this moment on, where they keep a JWKS for so long; milliseconds since 1970. */
export function standbyKnownAt(keys: readonly ShownKey[], publishSeconds: number): number {
  const since = inPhase(keys, 'Published')?.since
  return since === undefined ? Infinity : Date.parse(since) + publishSeconds * 1000
}

/** The standby signs, no pod signs with the old key any more, and there is another standby. */
export function isRotated(keys: readonly ShownKey[], standby: string): boolean {
  const others = keys.filter(({ phase }) => phase === 'Retiring')
  return (
    inPhase(keys, 'Active')?.kid === standby &&
    inPhase(keys, 'Published') !== undefined &&
    others.every(({ nextAt }) => nextAt !== undefined)
  )
}
