import { type FastifyServerOptions } from 'fastify'

const refuse = () => {
  throw new Error(
    'A route was given a schema of the framework. Read its body with zod (routes/body.ts) instead.',
  )
}

/**
 * Bodies are read with zod and answers written with JSON.stringify. The framework's own compilers would take megabytes of
 * an idle process: they are never loaded, and a bundle does not hold them.
 */
export const noSchemas: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: () => refuse, buildSerializer: () => refuse },
}
