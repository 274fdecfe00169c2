export interface Flows {
  flows: number
  seconds: number
}

/** So many flows in flight, each followed by the next until the time is over and `atLeast` so many were done. */
export async function closedLoop(
  inFlight: number,
  { milliseconds = 0, atLeast = 1 }: { milliseconds?: number; atLeast?: number },
  flow: () => Promise<void>,
): Promise<Flows> {
  const start = performance.now()
  let flows = 0
  const lane = async () => {
    while (flows < atLeast || performance.now() - start < milliseconds) {
      await flow()
      flows++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return { flows, seconds: (performance.now() - start) / 1000 }
}
