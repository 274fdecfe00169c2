/** What operator and verifiers ask of a serving pod, at its own address: the shipped answers about its keys. */
import { createServer, type ServerResponse } from 'node:http'
import { schemaVersion } from '../../runtime/src/db/schema-version.ts'
import { type KeyRing } from '../../runtime/src/keys/key-ring.ts'
import { checkReadiness } from '../../runtime/src/readiness.ts'
import { type Pod } from '../cluster/process-kubelet/pod.ts'

/** A path, and what is said there. */
type Answer = [path: string, answer: (response: ServerResponse) => Promise<void>]

const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer | string,
) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)

/** By the name of the container's port. It has no database: of its schema it says what this version wishes for. */
function answersOf(keys: KeyRing): Record<string, Answer> {
  const parts = {
    keys,
    store: { readSchemaVersion: () => Promise.resolve(schemaVersion) },
    version: 'bench',
    draining: () => false,
  }
  return {
    http: [
      '/.well-known/jwks.json',
      async (response) => {
        const jwks = (await keys.current())?.jwks
        if (jwks === undefined) send(response, 503, {}, '{}')
        else send(response, 200, { 'cache-control': jwks.cacheControl, etag: jwks.etag }, jwks.body)
      },
    ],
    metrics: [
      '/readyz',
      async (response) => {
        const state = await checkReadiness(parts)
        send(response, state.ready ? 200 : 503, { 'cache-control': 'no-store' }, JSON.stringify(state))
      },
    ],
  }
}

/** Listens on the ports that its containers name; gives what closes them. */
export function openDoor(
  { spec }: Pod,
  podIP: string,
  { keys, failed }: { keys: KeyRing; failed: (error: Error) => void },
): () => void {
  const answers = answersOf(keys)
  const ports = spec.containers.flatMap((container) => container.ports ?? [])
  const servers = ports.flatMap(({ name = '', containerPort }) => {
    const [path, answer] = answers[name] ?? []
    if (answer === undefined) return []
    const server = createServer((request, response) => {
      if (request.url === path) answer(response).catch(() => response.destroy())
      else send(response, 404, {}, '{}')
    })
    return server.on('error', failed).listen(containerPort, podIP)
  })
  return () => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}
