/** What one serving pod says of its keys; told by itself, asked by its own address. */
export interface PodKeys {
  pod: string
  /** Version of the key set that it serves. */
  version: number
  activeKid: string
  /** What verifiers get of it. */
  published: readonly PublishedBy[]
}

export interface PublishedBy {
  kid: string
  /** For how long it has been published by this pod, by the pod's own monotonic clock. */
  seconds: number
  /** Since the pod began: it never served a JWKS without it. */
  always: boolean
}

export interface KeyEvidence {
  /** One for each endpoint that may be sent a request; `undefined` where it could not be asked. */
  pods: readonly (PodKeys | undefined)[]
  /**
   * For how long this process has seen a key in the phase that it is in, in milliseconds of a monotonic clock. A wall
   * clock that jumps ends no wait.
   */
  seenForMs: (kid: string) => number
}

/** Every pod that may be asked by a verifier shows the key. Where no pod serves, nobody has seen it. */
export const publishedByAll = ({ pods }: KeyEvidence, kid: string): boolean =>
  pods.length > 0 && pods.every((pod) => pod?.published.some((key) => key.kid === kid))

/** And did so for so long, each by its own clock; a pod that began with it has shown nothing else. */
export const publishedFor = ({ pods }: KeyEvidence, kid: string, seconds: number): boolean =>
  pods.length > 0 &&
  pods.every((pod) => pod?.published.some((key) => key.kid === kid && (key.always || key.seconds >= seconds)))

/** No pod signs with the key. A pod that cannot be asked may. */
export const quietOf = ({ pods }: KeyEvidence, kid: string): boolean =>
  pods.length > 0 && pods.every((pod) => pod !== undefined && pod.activeKid !== kid)
