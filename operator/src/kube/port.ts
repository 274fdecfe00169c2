/**
 * What the rest of the operator may ask of the API server: raw JSON in, raw JSON out.
 *
 * Flow: a decision is made from an observation; whatever decides something carries what was seen
 * (`metadata.uid`, `metadata.resourceVersion`), so that a decision on an old view is refused by the server.
 * Guarantees: every call ends within its time limit; a 429 is waited out as `Retry-After` says; a 401 re-reads
 * the credential once. Nothing else is retried: the work queue does that, with a fresh observation.
 * Errors: a `KubeError` (errors.ts) with a stable `code`; `get` answers `undefined` for 404 and for nothing else.
 */

export interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
}

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** A kind as the API server's paths know it. */
export interface ResourceKind {
  apiVersion: string
  kind: string
  plural: string
  namespaced: boolean
}

export interface ObjectName {
  namespace?: string
  name: string
}

export interface Preconditions {
  uid: string
  resourceVersion?: string
}

export interface Cluster {
  /** A live read. `undefined` means: the server said 404 of this very object. A 404 of its kind (no CRD) throws. */
  get(kind: ResourceKind, name: ObjectName): Promise<KubeObject | undefined>
  /** A live, paged list. */
  list(kind: ResourceKind, where?: { namespace?: string; labelSelector?: string }): Promise<KubeObject[]>
  /** POST. `KubeAlreadyExists` when the name is taken: the atomic claim. */
  create(kind: ResourceKind, object: KubeObject): Promise<KubeObject>
  /** PUT; `metadata.resourceVersion` is required. `KubeConflict` when the object moved on. */
  replace(kind: ResourceKind, object: KubeObject): Promise<KubeObject>
  /** Server-side apply with our field manager, forced. Carries `metadata.uid` where the object must exist. */
  apply(kind: ResourceKind, object: KubeObject): Promise<KubeObject>
  /** Merge patch of the object, or of a subresource; `metadata.resourceVersion` in the patch is a precondition. */
  patch(kind: ResourceKind, name: ObjectName, patch: object, subresource?: 'status'): Promise<KubeObject>
  /** DELETE with preconditions; content when it was gone already. `KubeConflict` when it is another one by now. */
  delete(kind: ResourceKind, name: ObjectName, preconditions: Preconditions): Promise<void>
}
