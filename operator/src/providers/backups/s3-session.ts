import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { S3Client } from '@aws-sdk/client-s3'
import { type Outside } from './outside.ts'
import { patiently } from './patiently.ts'
import { type S3StoreOptions } from './port.ts'
import { type S3Asked, s3Error } from './s3-error-table.ts'

type Asked = Omit<S3Asked, 'endpoint'> & {
  patienceMs?: number
  /** The store may have long to do before it answers. */
  slow?: boolean
}

/** One bucket, and how we talk with it. */
export interface S3Session {
  bucket: string
  /** What all our keys begin with: empty, or ending with a slash. */
  prefix: string
  outside: Outside
  patienceMs: number
  /** One request, tried again while that may help; fails with our own errors only, or with the signal's reason. */
  ask: <T>(
    asked: Asked,
    request: (client: S3Client, options: { abortSignal?: AbortSignal }) => Promise<T>,
    signal?: AbortSignal,
  ) => Promise<T>
  close: () => void
}

const usualPatienceMs = 300_000
const connectMs = 10_000
/** Some stores copy all parts together before they say a word: so much longer they may be silent then. */
const slowFactor = 15

export function openS3(options: S3StoreOptions, outside: Outside, idleMs: number): S3Session {
  const { endpoint, region, credentials, ca, patienceMs = usualPatienceMs } = options
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({
      keepAlive: true,
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
    }),
  }
  const clientOf = (socketTimeout: number) =>
    new S3Client({
      endpoint,
      region,
      forcePathStyle: options.forcePathStyle,
      credentials: { accessKeyId: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey },
      // We try again ourselves: the SDK's own budget of retries would be used up by one long upload.
      maxAttempts: 1,
      // A whole object is compared by its sha256 after it was read; a body's CRC would be checked only now and then.
      responseChecksumValidation: 'WHEN_REQUIRED',
      // With this header the SDK takes an agent of its own making, which does not know our CA.
      expectContinueHeader: false,
      requestHandler: { connectionTimeout: connectMs, socketTimeout, ...agents },
    })
  const quickly = clientOf(idleMs)
  const slowly = clientOf(slowFactor * idleMs)

  return {
    bucket: options.bucket,
    prefix: options.prefix === '' ? '' : `${options.prefix}/`,
    outside,
    patienceMs,
    ask({ patienceMs: own = patienceMs, slow = false, ...asked }, request, signal) {
      const attempt = async () => {
        try {
          const client = slow ? slowly : quickly
          const send = () => request(client, signal === undefined ? {} : { abortSignal: signal })
          return await send().catch((error: unknown) => {
            if (signal?.aborted !== true && clockWasSet(error)) return send()
            throw error
          })
        } catch (error) {
          throw s3Error({ ...asked, endpoint }, error)
        }
      }
      return patiently({ outside, patienceMs: own }, attempt, signal)
    },
    close: () => {
      quickly.destroy()
      slowly.destroy()
    },
  }
}

/** The SDK has seen that our clock is wrong, and signs with the store's from now on. */
const clockWasSet = (error: unknown) =>
  (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata?.clockSkewCorrected === true
