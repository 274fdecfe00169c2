import { systemClock } from '../../../operator/src/kube/clock.ts'
import { type Access } from '../../../operator/src/kube/credentials.ts'
import { createTransport, type TransportOptions } from '../../../operator/src/kube/transport.ts'
import { type ScriptedAPIServer } from '../../support/scripted-api-server.ts'

/** A transport to the scripted server, with the real clock and a fixed token. */
export function openTransport(server: ScriptedAPIServer, more: Partial<TransportOptions> = {}) {
  return createTransport({ access: accessTo(server), clock: systemClock, random: () => 0, ...more })
}

export function accessTo(server: ScriptedAPIServer, token: () => string = () => 'token-1'): Access {
  return {
    server: server.url,
    credential: () =>
      Promise.resolve({ headers: { authorization: `Bearer ${token()}` }, tls: { ca: server.ca } }),
  }
}
