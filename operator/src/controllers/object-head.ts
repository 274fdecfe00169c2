import { type KubeObject } from '../kube/port.ts'

/** What every object of ours says of itself, whatever its kind. */
export interface ObjectHead {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  generation: number
  createdAt: Date
  deleting: boolean
}

export const headOf = ({ metadata }: Pick<KubeObject, 'metadata'>): ObjectHead => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid ?? '',
  resourceVersion: metadata.resourceVersion ?? '',
  generation: metadata.generation ?? 0,
  createdAt: new Date(metadata.creationTimestamp ?? 0),
  deleting: metadata.deletionTimestamp !== undefined,
})
