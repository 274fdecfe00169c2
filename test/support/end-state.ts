/** What a run left in the world: the difference of two states, told without the names of its tenant. */
import { type State } from './cluster-state.ts'
import { maskNames, maskRandom, type TenantNames } from './mask.ts'

/** Sorted lines: `+ key: content`, `~ key: content` for what was there and is another now, `- key`. */
export function endState(before: State, after: State, names: TenantNames): string[] {
  const lines: string[] = []
  for (const [key, content] of after) {
    const was = before.get(key)
    if (was === undefined) lines.push(`+ ${key}: ${content}`)
    else if (was !== content) lines.push(`~ ${key}: ${content}`)
  }
  for (const key of before.keys()) if (!after.has(key)) lines.push(`- ${key}`)
  return lines.map((line) => maskNames(maskRandom(line), names)).sort()
}

/**
 * How a run's end differs from the reference's; empty when it does not. Lines are counted: a second tenant's namespace
 * would bear the same masked name.
 */
export function endStateDifference(reference: readonly string[], seen: readonly string[]): string[] {
  const without = (lines: readonly string[], others: readonly string[]) => {
    const left = new Map<string, number>()
    for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
    return lines.filter((line) => {
      const count = left.get(line) ?? 0
      left.set(line, count - 1)
      return count <= 0
    })
  }
  const missing = without(reference, seen)
  const unexpected = without(seen, reference)
  const other = (line: string) => unexpected.find((each) => keyOf(each) === keyOf(line))
  const told = new Set(missing.map(other))
  return [
    ...missing.map((line) => {
      const instead = other(line)
      return instead === undefined
        ? `missing: ${line}`
        : `differs: ${keyOf(line)}: ${firstDifference(line, instead)}`
    }),
    ...unexpected.filter((line) => !told.has(line)).map((line) => `unexpected: ${line}`),
  ]
}

/** `+ secrets a/b` of a line. */
export const keyOf = (line: string) => (line.includes(': ') ? line.slice(0, line.indexOf(': ')) : line)

function firstDifference(expected: string, seen: string): string {
  let at = 0
  while (at < expected.length && expected[at] === seen[at]) at++
  const around = (text: string) => text.slice(Math.max(0, at - 60), at + 120)
  return `...${around(expected)}... became ...${around(seen)}...`
}
