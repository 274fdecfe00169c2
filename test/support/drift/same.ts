/** An object as far as two readings of it must be the same, byte by byte. */
import { canonical } from '../../../operator/src/controllers/canonical.ts'
import { type Json } from './edits.ts'

/** The server's own words about an object, and what a controller of Kubernetes notes on it. */
const ofTheServer = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
] as const
const ofControllers = ['deployment.kubernetes.io/revision']
/** Given anew to a Service that was deleted. */
const addresses = ['clusterIP', 'clusterIPs', 'healthCheckNodePort']

export function content(object: object): string {
  const copy = structuredClone(object) as Json & { metadata: Json & { annotations?: Json }; spec?: Json }
  for (const field of ofTheServer) Reflect.deleteProperty(copy.metadata, field)
  for (const name of ofControllers)
    if (copy.metadata.annotations) Reflect.deleteProperty(copy.metadata.annotations, name)
  // Lists leave the kind out.
  for (const field of ['status', 'apiVersion', 'kind']) Reflect.deleteProperty(copy, field)
  if (copy.spec && 'clusterIP' in copy.spec)
    for (const field of addresses) Reflect.deleteProperty(copy.spec, field)
  return canonical(copy)
}
