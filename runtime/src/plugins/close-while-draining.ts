import { type FastifyInstance } from 'fastify'

/** While the server is stopping, each answer asks the client to open its next connection elsewhere. */
export function closeWhileDraining(app: FastifyInstance, draining: () => boolean): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining()) void reply.header('connection', 'close')
    done(null, payload)
  })
}
