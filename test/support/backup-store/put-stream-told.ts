import { type S3StoreOptions, type VolumeStoreOptions } from '../../../operator/src/providers/backups/port.ts'

/** What put-stream.ts, a process of its own, is told on its standard input. */
export interface PutStreamAsked {
  bytes: number
  expectedBytes?: number
  s3?: S3StoreOptions
  volume?: VolumeStoreOptions
}

/** What it tells, as one line. */
export interface PutStreamTold {
  /** The most that was resident at any time, before and after the work; MiB. */
  emptyMiB: number
  peakMiB: number
  putMiBPerSecond: number
  readMiBPerSecond: number
}
