import { tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { KubeForbidden } from '../../../kube/errors.ts'
import { type KubeObject, type ObjectName, type ResourceKind } from '../../../kube/port.ts'
import { OperatorError } from '../../errors.ts'
import { type Acting, type Ensured } from '../acting.ts'
import { compare } from '../compare/compare.ts'
import { project } from '../compare/projection.ts'
import { mustBeMadeAnew, replacement } from '../compare/replacement.ts'

interface Wanted {
  kind: ResourceKind
  object: KubeObject
  /** It was read live before what it is made from: whoever wrote it since is not overwritten. */
  before?: KubeObject | undefined
}

/** Makes the object or puts it back, as a live read says. */
export async function ensureObject({ kind, object, before }: Wanted, acting: Acting): Promise<Ensured> {
  const { cluster, memory } = acting.ports
  const { name, namespace } = object.metadata
  const where: ObjectName = namespace === undefined ? { name } : { namespace, name }
  const live = before ?? (await patiently(acting, where, () => cluster.get(kind, where)))
  const ensured = (was: Ensured['was'], paths: string[] = []): Ensured => ({
    was,
    kind: kind.kind,
    name,
    paths,
  })
  if (!live) {
    const made = await patiently(acting, where, () => cluster.create(kind, object))
    memory.note(kind, where, made)
    learn(acting, kind, object, made)
    return ensured('absent')
  }
  const found = compare(object, live)
  if (acting.learned.explains(kind.kind, found)) {
    memory.note(kind, where, live)
    acting.verified.remember(object, project(live))
    return ensured('settled')
  }
  refuseIfDeleting(kind, live)
  const paths = found.map(({ path }) => path)
  const written = mustBeMadeAnew(kind.kind, paths)
    ? await makeAnew(acting, kind, where, object, live)
    : await cluster.replace(kind, replacement(object, live))
  memory.note(kind, where, written)
  learn(acting, kind, object, written)
  return ensured('different', paths)
}

async function makeAnew(
  { ports: { cluster } }: Acting,
  kind: ResourceKind,
  where: ObjectName,
  object: KubeObject,
  live: KubeObject,
): Promise<KubeObject> {
  await cluster.delete(kind, where, { uid: live.metadata.uid ?? '' })
  return cluster.create(kind, object)
}

/** What the server's answer to our own write still shows beside what we wrote is its own doing. */
function learn(
  { learned, verified }: Acting,
  kind: ResourceKind,
  desired: KubeObject,
  written: KubeObject,
): void {
  const left = compare(desired, written)
  if (left.length === 0) return
  learned.learn(kind.kind, left)
  if (learned.explains(kind.kind, left)) verified.remember(desired, project(written))
}

function refuseIfDeleting(kind: ResourceKind, { metadata }: KubeObject): void {
  if (metadata.deletionTimestamp === undefined) return
  const message = `${kind.kind} ${metadata.name} is being deleted; it is made again once it is gone.`
  throw new OperatorError('OBSERVATION_STALE', message, { retry: 'backoff' })
}

/** A right that was bound a moment ago takes some milliseconds to come into force. */
async function patiently<T>(
  { ports, rendering }: Acting,
  { namespace }: ObjectName,
  call: () => Promise<T>,
): Promise<T> {
  const fresh = rendering !== undefined && namespace === tenantNamespace(rendering.tenantID)
  for (let tries = fresh ? 6 : 0, wait = 10; tries > 0; tries -= 1, wait *= 2) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof KubeForbidden)) throw error
      await ports.pause(wait)
    }
  }
  return call()
}
