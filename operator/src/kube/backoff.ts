/**
 * How long to wait after the n-th failure in a row (n from 1), in milliseconds: doubles from `least` to `most`,
 * spread by half of itself, so that what failed together does not come back together.
 */
export function backoffMs(
  failures: number,
  { least, most }: { least: number; most: number },
  random: () => number,
): number {
  const full = Math.min(most, least * 2 ** Math.min(failures, 30))
  return full * (1 - random() / 2)
}
