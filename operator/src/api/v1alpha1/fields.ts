import { z } from 'zod'

/** Field types that several kinds share. Every one is bounded: what is stored is small, and CEL can cost it. */

export const dnsName = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)

/** A fully qualified host name in lower case, at least two labels. */
export const hostName = () =>
  z
    .string()
    .min(3)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/)

/** RFC 1123 label: namespaces and most object names. */
export const labelName = () =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)

export const tenantIDField = () =>
  z
    .string()
    .length(10)
    .regex(/^[a-z][a-z0-9]{9}$/)

export const cidr = () =>
  z
    .string()
    .min(3)
    .max(43)
    .regex(/^[0-9a-fA-F:.]+\/[0-9]{1,3}$/)

export const labels = () =>
  z
    .record(z.string().max(253), z.string().max(63))
    .describe('Labels that must all match.')
    .meta({ maxProperties: 16 })

export const port = () => z.int().min(1).max(65535)

export const condition = z.object({
  type: z.string().max(316).describe('What is said to be true or not, in CamelCase.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it is.'),
  reason: z.string().max(1024).describe('Why, in one CamelCase word for machines.'),
  message: z.string().max(32768).describe('Why, in a sentence for people, with the mend where there is one.'),
  lastTransitionTime: z.string().meta({ format: 'date-time' }).describe('When status last changed.'),
  observedGeneration: z
    .int()
    .min(0)
    .optional()
    .describe('The generation of the resource this was judged by.'),
})

export const conditions = () =>
  z
    .array(condition)
    .max(32)
    .describe('What is true of the resource now; each stands still while nothing changes.')
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })

export type Condition = z.infer<typeof condition>
