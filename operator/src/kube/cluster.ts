import { manager } from '../api/v1alpha1/names.ts'
import { type ApiCall } from './api-call.ts'
import { KubeNotFound } from './errors.ts'
import { listAll } from './list.ts'
import { collectionPath, objectPath } from './paths.ts'
import { type Cluster, type KubeObject, type ObjectName, type ResourceKind } from './port.ts'
import { type Transport } from './transport.ts'

export interface ClusterOptions {
  /** Ends every call that is under way. */
  signal?: AbortSignal
  /** Throws when nothing may be written any more: the Lease is not surely ours (lease.ts). */
  fence?: () => void
  /** Told of every object as the server wrote it: what a cache must show before it is believed again. */
  written?: (kind: ResourceKind, object: KubeObject) => void
}

/** A write that the server does not wholly understand is refused, not trimmed. */
const asManager = { fieldManager: manager, fieldValidation: 'Strict' }

/** The port on a transport. Cheap to make: one for each reconcile, with its own signal. */
export function createCluster(
  transport: Transport,
  { signal, fence, written }: ClusterOptions = {},
): Cluster {
  const bound = signal === undefined ? {} : { signal }

  async function write(call: ApiCall): Promise<KubeObject> {
    fence?.()
    const object = (await transport.json({ ...call, ...bound })) as KubeObject
    written?.(call.kind, object)
    return object
  }

  return {
    async get(kind, name) {
      try {
        const call: ApiCall = { verb: 'get', kind, path: objectPath(kind, name), about: name, ...bound }
        return (await transport.json(call)) as KubeObject
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },

    list: async (kind, where) => (await listAll(transport, kind, where, signal)).items,

    // Each is async, so that a refusal of ours is a rejection like the server's.
    create: async (kind, object) =>
      write({
        verb: 'create',
        kind,
        path: collectionPath(kind, object.metadata.namespace),
        query: asManager,
        body: object,
        about: nameOf(object),
      }),

    async replace(kind, object) {
      const name = nameOf(object)
      if (!object.metadata.resourceVersion) {
        throw new TypeError(`replace ${kind.kind} ${name.name}: metadata.resourceVersion is required.`)
      }
      return write({
        verb: 'update',
        kind,
        path: objectPath(kind, name),
        query: asManager,
        body: object,
        about: name,
      })
    },

    apply: async (kind, object) =>
      write({
        verb: 'apply',
        kind,
        path: objectPath(kind, nameOf(object)),
        query: { ...asManager, force: 'true' },
        body: object,
        about: nameOf(object),
      }),

    patch: async (kind, name, patch, subresource) =>
      write({
        verb: 'patch',
        kind,
        path: objectPath(kind, name) + (subresource === undefined ? '' : `/${subresource}`),
        query: asManager,
        body: patch,
        about: name,
      }),

    async delete(kind, name, preconditions) {
      fence?.()
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions, propagationPolicy: 'Background' }
      try {
        await transport.json({
          verb: 'delete',
          kind,
          path: objectPath(kind, name),
          body,
          about: name,
          ...bound,
        })
      } catch (error) {
        if (!isAbsent(error)) throw error
      }
    },
  }
}

function nameOf({ metadata: { name, namespace } }: KubeObject): ObjectName {
  return namespace === undefined ? { name } : { name, namespace }
}

/** The object is not there. A 404 about the kind (its CRD is gone) says nothing about the object. */
function isAbsent(error: unknown): boolean {
  return error instanceof KubeNotFound && error.absent
}
