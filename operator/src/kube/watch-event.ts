import { KubeError } from './errors.ts'
import { type KubeObject } from './port.ts'
import { type StatusBody, statusError } from './status-error.ts'

export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  | { type: 'BOOKMARK'; resourceVersion: string }

/** A line that no API server writes: something was lost, nobody knows what. Only a new list mends that. */
export class CorruptWatch extends KubeError {
  override readonly code = 'KUBE_CORRUPT_WATCH'
}

/** Reads one line of a watch. An ERROR event is thrown as the error it names: it ends the stream. */
export function parseWatchEvent(kind: string, line: string): WatchEvent {
  let event: { type?: string; object?: KubeObject & StatusBody }
  try {
    event = JSON.parse(line) as typeof event
  } catch {
    throw new CorruptWatch(`watch ${kind}: a line is not JSON`)
  }
  const { type, object } = event
  if (type === 'ERROR') {
    const status = object?.code ?? 500
    throw statusError(object, { status, asked: `watch ${kind}`, secret: kind === 'Secret', write: false })
  }
  const resourceVersion = object?.metadata.resourceVersion
  if (!object || !resourceVersion) throw new CorruptWatch(`watch ${kind}: an event has no object`)
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (!object.metadata.uid) throw new CorruptWatch(`watch ${kind}: an object has no uid`)
      return { type, object }
    case 'BOOKMARK':
      return { type, resourceVersion }
    default:
      throw new CorruptWatch(`watch ${kind}: an event of unknown type`)
  }
}
