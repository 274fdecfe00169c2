/** What one serving pod says of its keys; told by itself, asked by its own address. */
export interface PodKeys {
  pod: string
  /** Version of the key set that it serves. */
  version: number
  activeKid: string
  /** For how long it has signed with that key, by its own monotonic clock. */
  activeSeconds: number
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
  everyPod(pods, (pod) => shown(pod, kid) !== undefined)

/** And did so for so long; a pod that began with it has shown nothing else. */
export const publishedFor = ({ pods }: KeyEvidence, kid: string, seconds: number): boolean =>
  everyPod(pods, (pod) => {
    const key = shown(pod, kid)
    return key !== undefined && (key.always || key.seconds >= seconds)
  })

/** Each was there for so long and showed the key all the while: a clock for when we were not there to look. */
export const shownThroughout = ({ pods }: KeyEvidence, kid: string, seconds: number): boolean =>
  everyPod(pods, (pod) => (shown(pod, kid)?.seconds ?? 0) >= seconds)

/** No pod signs with the key. A pod that cannot be asked may. */
export const quietOf = ({ pods }: KeyEvidence, kid: string): boolean =>
  everyPod(pods, ({ activeKid }) => activeKid !== kid)

/** No pod did for so long, each by its own clock. */
export const quietThroughout = ({ pods }: KeyEvidence, kid: string, seconds: number): boolean =>
  everyPod(pods, ({ activeKid, activeSeconds }) => activeKid !== kid && activeSeconds >= seconds)

const everyPod = (pods: KeyEvidence['pods'], holds: (pod: PodKeys) => boolean): boolean =>
  pods.length > 0 && pods.every((pod) => pod !== undefined && holds(pod))

const shown = ({ published }: PodKeys, kid: string) => published.find((key) => key.kid === kid)
