const factors: Record<string, bigint> = {
  m: 1n,
  '': 1000n,
  k: 1000n * 1000n,
  M: 1000n * 1000n ** 2n,
  G: 1000n * 1000n ** 3n,
  T: 1000n * 1000n ** 4n,
  Ki: 1000n * 1024n,
  Mi: 1000n * 1024n ** 2n,
  Gi: 1000n * 1024n ** 3n,
  Ti: 1000n * 1024n ** 4n,
}

/** A Kubernetes quantity in thousandths, as text; anything else as it is. */
export function quantity(text: string): string {
  const [, whole, decimals = '', unit = ''] = /^(\d+)(?:\.(\d+))?(m|[kMGT]|[KMGT]i)?$/.exec(text) ?? []
  const factor = factors[unit]
  if (whole === undefined || factor === undefined) return text
  const scale = 10n ** BigInt(decimals.length)
  // The server rounds up what is finer than a thousandth.
  return `${(BigInt(whole + decimals) * factor + scale - 1n) / scale}m`
}
