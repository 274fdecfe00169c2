import { canonical } from '../../canonical.ts'

/** One place where live and desired are not the same; absent on one side is `undefined`. */
export interface Difference {
  /** Such as `spec.template.spec.containers.0.image`. */
  path: string
  desired: string | undefined
  live: string | undefined
}

/** Every place where two normalised objects differ, in the order of their paths. */
export function differences(desired: unknown, live: unknown, path = ''): Difference[] {
  if (canonical(desired) === canonical(live)) return []
  if (!isBranch(desired) || !isBranch(live) || Array.isArray(desired) !== Array.isArray(live)) {
    return [{ path, desired: text(desired), live: text(live) }]
  }
  const names = new Set([...Object.keys(desired), ...Object.keys(live)])
  return [...names]
    .sort()
    .flatMap((name) =>
      differences(field(desired, name), field(live, name), path === '' ? name : `${path}.${name}`),
    )
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null
const field = (value: object, name: string): unknown => (value as Record<string, unknown>)[name]
const text = (value: unknown) => (value === undefined || value === null ? undefined : canonical(value))
