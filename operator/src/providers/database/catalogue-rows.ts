import { z } from 'zod'

const right = { grantee: z.string(), privilege: z.string(), option: z.boolean() }
const schema = z.string()
const name = z.string()

const object = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['table', 'sequence']), schema, name }),
  z.object({ kind: z.literal('routine'), schema, name, parameters: z.string() }),
])

const grantable = z.discriminatedUnion('kind', [
  ...object.options,
  z.object({ kind: z.literal('schema'), schema }),
  z.object({ kind: z.literal('column'), schema, name, column: z.string() }),
  z.object({
    kind: z.literal('default'),
    of: z.enum(['TABLES', 'SEQUENCES', 'FUNCTIONS', 'SCHEMAS']),
    schema: schema.exactOptional(),
  }),
])

/** What outsideQuery answers. */
export const outsideRow = z.object({
  serverVersion: z.int(),
  administrator: z.string(),
  database: z
    .object({
      ours: z.boolean(),
      comment: z.string().nullable(),
      allowConnections: z.boolean(),
      connectionLimit: z.int(),
      grants: z.array(z.object(right)),
    })
    .nullable(),
  roles: z.record(
    z.string(),
    z.object({
      login: z.boolean(),
      superuser: z.boolean(),
      createRole: z.boolean(),
      createDatabase: z.boolean(),
      bypassRowSecurity: z.boolean(),
      replication: z.boolean(),
      inherit: z.boolean(),
      connectionLimit: z.int(),
      everlasting: z.boolean(),
      memberOf: z.array(z.string()),
      members: z.array(z.string()),
      settings: z.array(z.string()),
      localSettings: z.array(z.string()),
    }),
  ),
})

/** What insideQuery answers. */
export const insideRow = z.object({
  schemas: z.array(z.string()),
  objects: z.array(object),
  foreign: z.array(z.string()),
  grants: z.array(z.object({ on: grantable, ...right })),
})
