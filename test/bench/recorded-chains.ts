/** Recorded writes, sorted by the tenant that they were for, and the same under another tenant's names. Pure. */
import { type AnsweredWrite } from '../support/fault-proxy.ts'

export interface Names {
  name: string
  tenantID: string
}

/** What was written for one tenant, in order. */
export interface Chain extends Names {
  writes: AnsweredWrite[]
}

/** What the server refused is left out: it is no work that a raw writer would have to do. */
export function chainsOf(writes: readonly AnsweredWrite[], tenants: readonly Names[]): Chain[] {
  const taken = writes.filter(({ status }) => status < 300)
  return tenants.map(({ name, tenantID }) => ({
    name,
    tenantID,
    writes: taken.filter(({ path, body }) =>
      [name, tenantID].some((word) => path.includes(word) || body.includes(word)),
    ),
  }))
}

const claimName = /claim-(?:host|rp)-[a-z0-9]+/g

/** The same text of the same length, about another tenant. Names of claims are digests of what we do not say here. */
export function renamer(from: Names, to: Names, digest: (text: string) => string): (text: string) => string {
  return (text) =>
    text
      .replaceAll(from.tenantID, to.tenantID)
      .replaceAll(from.name, to.name)
      .replace(claimName, (claim) => {
        const at = claim.lastIndexOf('-') + 1
        return claim.slice(0, at) + digest(`${to.tenantID} ${claim}`).slice(0, claim.length - at)
      })
}

/** Which object a path is of, whatever part of it is written. */
export const objectOf = (path: string) => (path.split('?')[0] ?? '').replace(/\/(status|scale)$/, '')
