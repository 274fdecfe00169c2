/** Recorded writes about objects that are there, written again on the same objects without an operator. */
import { objectOf, type Chain } from './recorded-chains.ts'
import { answersRightly } from './bench.ts'
import { freshEvents } from './fresh-events.ts'
import { type Identity, replayer } from './replay.ts'
import { type WaveWorld } from './wave-world.ts'

/** Chains that the raw writer works on at the same time: more gain nothing on two cores. */
const lanes = 32
/** Of a hundred chains so many may be about what is gone by now: a pod that was replaced. */
const mostLost = 5

interface Living {
  metadata: Identity
}

type World = Pick<WaveWorld, 'controlPlane' | 'credential'>

/** Objects that a chain changes, by their paths; what it creates is not there yet. */
const changedBy = ({ writes }: Chain) => [
  ...new Set(writes.filter(({ method }) => method !== 'POST').map(({ path }) => objectOf(path))),
]

/** Gives chains and writes per second. */
export async function replayInPlace(
  { controlPlane, credential }: World,
  chains: readonly Chain[],
): Promise<{ chains: number; writes: number }> {
  const { client, server: url, ca } = controlPlane
  const raw = replayer({ url, ca, credential }, lanes)
  try {
    const living = async (chain: Chain) => {
      // Events that were created in a chain are there when it changes them.
      const paths = changedBy(chain).filter((path) => !path.includes('/events/'))
      const found = await Promise.all(paths.map((path) => client.find<Living>(path)))
      found.forEach((object, i) => object && raw.know(paths[i]!, object.metadata))
      return found.every((object) => object !== undefined) && !chain.writes.some(isDelete)
    }
    const whole: Chain[] = []
    for (const chain of chains) if (await living(chain)) whole.push(chain)
    answersRightly(
      whole.length * 100 >= chains.length * (100 - mostLost),
      `Of ${chains.length} recorded rotations, only ${whole.length} are about objects that are still there.`,
    )
    const queue = [...whole]
    const start = performance.now()
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const rename = freshEvents(next.writes)
        for (const write of next.writes) await raw.send(write, rename)
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    const seconds = (performance.now() - start) / 1000
    const writes = whole.reduce((sum, chain) => sum + chain.writes.length, 0)
    return { chains: whole.length / seconds, writes: writes / seconds }
  } finally {
    await raw.close()
  }
}

const isDelete = ({ method }: Chain['writes'][number]) => method === 'DELETE'
