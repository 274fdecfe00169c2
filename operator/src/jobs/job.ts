/** What the programs of a Job are given of the world. */
export interface JobIO {
  /** Told to stop: by the kubelet, or by the Job's deadline. */
  signal: AbortSignal
  now: () => Date
  /** How far it is; told on stdout at most once a second. */
  progress: (progress: Progress) => void
  /** A folder of its own in memory, which nobody else mounts. */
  privateFolder: string
}

export interface Progress {
  /** Ciphertext that was written, stored, fetched or spooled. */
  bytes?: number
  /** Of how many, where that is known. */
  ofBytes?: number
  /** The table that is being dumped or checked: `auth.users`. */
  table?: string
}

/** The pipe to the Job's other container. */
export interface PeerPlace {
  socket: string
  /** How long to wait for the other container, in milliseconds. */
  peerWaitMs: number
}
