import { BenchFailed, type Row } from './bench.ts'

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) throw new BenchFailed('No round was measured.')
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

/** One ratio per round, as a row. */
export function rowOf(name: string, unit: string, ratios: readonly number[], note: string): Row {
  const wrong = ratios.find((ratio) => !Number.isFinite(ratio) || ratio < 0)
  if (wrong !== undefined) throw new BenchFailed(`${name}: a round gave ${wrong}, which is no measurement.`)
  return { name, ratio: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), unit, note }
}

/** How far two measurements of the same thing lie apart, as a part of the smaller. */
export const spread = (a: number, b: number) => Math.max(a, b) / Math.min(a, b) - 1
