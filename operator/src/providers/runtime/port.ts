/**
 * Asks one serving pod, by its own address, what it is.
 *
 * Guarantees: never throws; ends within its time limit; believes nothing that does not parse.
 */
export interface PodAddress {
  address: string
  /** Port of requests. */
  http: number
  /** Port of probes and metrics. */
  metrics: number
}

export interface PodAnswer {
  /** What `/readyz` says; absent when it did not answer in words we know. */
  readiness:
    | {
        ready: boolean
        /** Absent while its database does not answer. */
        schemaVersion: number | null
        /** Absent before its first key set. */
        activeKid: string | null
        kids: string[]
        /** What it serves of its keys, by its own clock; absent where it is too old to say. */
        keySet?: ServedKeySet | null | undefined
        /** Of the runtime; absent where it is too old to say. */
        version?: string | undefined
      }
    | undefined
  /** Key IDs in the JWKS that verifiers get; absent when there was no answer. */
  published: string[] | undefined
  /** Why something is absent, in words. */
  fault: string | undefined
}

export interface ServedKeySet {
  version: number
  /** For how long it has signed with the key that it signs with, on its monotonic clock. */
  activeSeconds: number
  keys: {
    kid: string
    /** For how long it has been published, on the pod's monotonic clock. */
    seconds: number
    /** Since the pod began: it never published a set without it. */
    always: boolean
  }[]
}

export interface RuntimeProbe {
  ask(pod: PodAddress): Promise<PodAnswer>
}
