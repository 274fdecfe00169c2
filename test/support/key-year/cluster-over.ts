import { type Cluster } from '../../../operator/src/kube/port.ts'
import { type ApiServer } from './api-server.ts'

/** How a call comes to the server, and what becomes of it on the way. */
type Passing = <T>(call: (server: ApiServer) => T) => Promise<T>

/** What an operator may ask of a server. */
export const clusterOver = ({ read, write }: { read: Passing; write: Passing }): Cluster => ({
  get: (kind, name) => read((server) => server.get(kind.kind, name)),
  list: (kind, where) => read((server) => server.list(kind.kind, where)),
  create: (_kind, object) => write((server) => server.create(object)),
  replace: (_kind, object) => write((server) => server.replace(object)),
  apply: (kind, object) =>
    write((server) =>
      server.get(kind.kind, object.metadata) ? server.replace(object) : server.create(object),
    ),
  patch: (kind, name, patch, subresource) =>
    write((server) => server.patch(kind.kind, name, patch, subresource)),
  delete: (kind, name, preconditions) => write((server) => server.delete(kind.kind, name, preconditions)),
})
