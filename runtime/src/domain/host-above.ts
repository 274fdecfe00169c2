/** True when `parent` is `host` itself or a domain above it. */
export const hostAbove = (parent: string, host: string): boolean =>
  host === parent || host.endsWith(`.${parent}`)
