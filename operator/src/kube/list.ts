import { KubeExpired, KubeUnavailable } from './errors.ts'
import { collectionPath } from './paths.ts'
import { type KubeObject, type ResourceKind } from './port.ts'
import { type Transport } from './transport.ts'

/** Objects per page: kube-apiserver answers a page of this size well within the time limit. */
const pageSize = 500
/** How often a list starts anew because its continue token expired between two pages. */
const restarts = 3

export interface Where {
  namespace?: string
  labelSelector?: string
}

export interface Listed {
  items: KubeObject[]
  /** The state of the world that the list shows; where a watch goes on. */
  resourceVersion: string
}

interface Page {
  metadata?: { resourceVersion?: string; continue?: string }
  items?: KubeObject[]
}

/** A whole list, page by page, of one moment: all pages show the first page's resourceVersion. */
export async function listAll(
  transport: Transport,
  kind: ResourceKind,
  where: Where = {},
  signal?: AbortSignal,
): Promise<Listed> {
  for (let restart = 0; ; restart++) {
    try {
      return await pages(transport, kind, where, signal)
    } catch (error) {
      if (!(error instanceof KubeExpired) || restart >= restarts) throw error
    }
  }
}

async function pages(
  transport: Transport,
  kind: ResourceKind,
  where: Where,
  signal?: AbortSignal,
): Promise<Listed> {
  const items: KubeObject[] = []
  let resourceVersion = ''
  let token: string | undefined
  do {
    const page = (await transport.json({
      verb: 'list',
      kind,
      path: collectionPath(kind, where.namespace),
      about: where.namespace === undefined ? {} : { namespace: where.namespace },
      query: {
        limit: String(pageSize),
        ...(where.labelSelector === undefined ? {} : { labelSelector: where.labelSelector }),
        ...(token === undefined ? {} : { continue: token }),
      },
      ...(signal === undefined ? {} : { signal }),
    })) as Page
    if (!Array.isArray(page.items) || page.metadata?.resourceVersion === undefined) {
      throw new KubeUnavailable(`list ${kind.kind}: the answer is not a list`)
    }
    // The items of a built-in list do not say what they are.
    for (const item of page.items) items.push({ ...item, apiVersion: kind.apiVersion, kind: kind.kind })
    resourceVersion ||= page.metadata.resourceVersion
    token = page.metadata.continue || undefined
  } while (token !== undefined)
  return { items, resourceVersion }
}
