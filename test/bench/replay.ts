/** Recorded writes again, under other names, as fast as the API server takes them: what no operator can beat. */
import { Pool } from 'undici'
import { type Credential } from '../cluster/kubeconfig.ts'
import { type AnsweredWrite } from '../support/fault-proxy.ts'
import { answersRightly } from './bench.ts'
import { objectOf } from './recorded-chains.ts'

export interface ReplayTarget {
  url: string
  ca: string
  credential: Credential
}

/** What a body may say of the object that it is about: this life of it, at this moment. */
export interface Identity {
  uid?: string
  resourceVersion?: string
}

interface Written {
  metadata?: Identity
}

/** A writer that remembers what it wrote: a body that names a UID or a version must name those of the new object. */
export interface Replayer {
  /** Sends one write under other names; fails unless the server takes it. */
  send: (write: AnsweredWrite, rename: (text: string) => string) => Promise<void>
  /** Tells it of an object that somebody else made. */
  know: (path: string, identity: Identity) => void
  close: () => Promise<void>
}

export function replayer({ url, ca, credential }: ReplayTarget, connections: number): Replayer {
  const known = new Map<string, Identity>()
  const certificate = 'token' in credential ? {} : credential
  const pool = new Pool(url, { connections, connect: { ca, ...certificate } })
  const authorization = 'token' in credential ? { authorization: `Bearer ${credential.token}` } : {}

  const bodyOf = (path: string, text: string): string => {
    const identity = known.get(objectOf(path))
    if (identity === undefined) return text
    const body = JSON.parse(text) as Written
    const { metadata } = body
    if (metadata?.uid !== undefined) Object.assign(metadata, { uid: identity.uid })
    if (metadata?.resourceVersion !== undefined)
      Object.assign(metadata, { resourceVersion: identity.resourceVersion })
    return JSON.stringify(body)
  }
  return {
    send: async (write, rename) => {
      const path = rename(write.path)
      const response = await pool.request({
        path,
        method: write.method,
        headers: {
          ...authorization,
          accept: 'application/json',
          'content-type': write.contentType ?? 'application/json',
        },
        body: bodyOf(path, rename(write.body.toString('utf8'))),
      })
      const text = await response.body.text()
      const { statusCode } = response
      answersRightly(
        statusCode < 300,
        `Replaying ${write.method} ${path} was answered ${statusCode}: ${text.slice(0, 500)}`,
      )
      const { metadata } = JSON.parse(text) as Written
      // Of a POST this is the collection, which no later body is about.
      if (metadata !== undefined) known.set(objectOf(path), metadata)
    },
    know: (path, identity) => known.set(path, identity),
    close: () => pool.close(),
  }
}
