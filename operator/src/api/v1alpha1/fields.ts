import { z } from 'zod'
import { rules, text } from './cel.ts'

/** Field types that several kinds share. Every one is bounded: what is stored is small, and CEL can cost it. */

/** RFC 1123 subdomain: most object names, and host names of one label or more. */
export const dnsName = () =>
  text(
    { min: 1, max: 253 },
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'write lower-case letters, digits, - and . only, beginning and ending with a letter or digit',
  )

/** A fully qualified host name in lower case, at least two labels, the last not a number. */
export const hostName = () =>
  text(
    { min: 3, max: 253 },
    /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'write a host name in lower case with at least two labels, such as auth.acme.eu: no https://, port, path, * or address',
  )

/** RFC 1123 label: namespaces and most object names. */
export const labelName = () =>
  text(
    { min: 1, max: 63 },
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'write lower-case letters, digits and - only, beginning and ending with a letter or digit',
  )

export const tenantIDField = () =>
  text(
    { min: 10, max: 10 },
    /^[a-z][a-z0-9]{9}$/,
    'write a tenant ID: 10 lower-case letters and digits, the first a letter, as status.tenantID shows it',
  )

export const cidr = () =>
  text(
    { min: 3, max: 43 },
    /^([0-9]{1,3}(\.[0-9]{1,3}){3}\/([12]?[0-9]|3[0-2])|[0-9a-fA-F:]*:[0-9a-fA-F:.]*\/([1-9]?[0-9]|1[01][0-9]|12[0-8]))$/,
    'write an address range in CIDR form, such as 10.0.0.0/8 or fd00::/8; one address is 10.0.0.7/32',
  )

const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

const keysAreNames = {
  rule: `self.all(k, k.size() <= 253 && k.matches(r'${labelKey.source}'))`,
  message: 'write keys as name or prefix/name, such as app or acme.eu/team',
}

const labelValue = () =>
  text(
    { min: 0, max: 63 },
    /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
    'write letters, digits, -, _ and . only, beginning and ending with a letter or digit',
  )

/** Labels that an object must all bear; at least one, since none would select everything. */
export const matchLabels = () =>
  z.record(z.string(), labelValue()).meta({ minProperties: 1, maxProperties: 16, ...rules(keysAreNames) })

const reserved = (prefixes: string[]) => ({
  rule: `self.all(k, ${prefixes.map((prefix) => `!k.startsWith('${prefix}')`).join(' && ')})`,
  message: `leave out keys that begin with ${prefixes.join(' or ')}: the operator sets them`,
})

/** Labels that are put on namespaces of ours: none of those that isolation stands on. */
export const extraLabels = () =>
  z.record(z.string(), labelValue()).meta({
    maxProperties: 16,
    ...rules(
      keysAreNames,
      reserved(['kiavi.eu/', 'pod-security.kubernetes.io/', 'kubernetes.io/', 'app.kubernetes.io/']),
    ),
  })

export const extraAnnotations = () =>
  z
    .record(z.string(), z.string().max(1024))
    .meta({ maxProperties: 16, ...rules(keysAreNames, reserved(['kiavi.eu/'])) })

/** Why a protection is lowered: none is without somebody who answers for it. */
export const loweredReason = () =>
  z
    .string()
    .min(10)
    .max(400)
    .describe('Why the protection is lowered, and who decided it; kept for the audit.')

export const port = () => z.int().min(1).max(65535)

export const instant = () => z.string().meta({ format: 'date-time' })

const condition = z.object({
  type: z.string().max(316).describe('What is said to be true or not, in CamelCase.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it is.'),
  reason: z.string().max(1024).describe('Why, in one CamelCase word for machines.'),
  message: z.string().max(32768).describe('Why, in a sentence for people, with the mend where there is one.'),
  lastTransitionTime: instant().describe('When status last changed.'),
  observedGeneration: z
    .int()
    .min(0)
    .optional()
    .describe('The generation of the resource this was judged by.'),
})

export const conditions = () =>
  z
    .array(condition.describe('One thing that is true of the resource or not.'))
    .max(32)
    .describe('What is true of the resource now; each stands still while nothing changes.')
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })

export const observedGeneration = () =>
  z.int().min(0).optional().describe('The generation that this status was made from.')

export type Condition = z.infer<typeof condition>
