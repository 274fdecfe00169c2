import { describe, expect, it, vi } from 'vitest'
import { Random } from './random.ts'
import { RsaPool } from './rsa-pool.ts'
import { type Clash } from './service-record.ts'
import { TenantLife } from './tenant-life.ts'
import { type KeySpec } from './tenant-world.ts'

vi.mock('node:fs/promises', () => import('./memory-files.ts'))

const pool = new RsaPool(new Random('lives'), 9)
const start = Date.UTC(2026, 0, 1)
const day = 86_400_000
const patience = 120_000

/** What befalls a tenant from its second day on, by seconds of that day. */
interface Story {
  because: string
  spec: Partial<KeySpec>
  happens: (life: TenantLife) => Record<number, () => void>
}

async function live({ spec, happens }: Pick<Story, 'spec' | 'happens'>) {
  let used = 0
  const clashes: Clash[] = []
  const life = new TenantLife({
    ...{ random: new Random('life'), start, replicas: 2, changed: () => {} },
    spec: {
      ...{ jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0, accessTokenSeconds: 60, rotationDays: 0 },
      ...{ revoke: [], ...spec },
    },
    nextKey: () => pool.key(used++),
    clash: (clash) => clashes.push(clash),
  })
  await life.until(start + day)
  for (const [second, happen] of Object.entries(happens(life)))
    life.timeline.after(Number(second) * 1000, happen)
  await life.until(start + day + 28_800_000)
  return { life, clashes }
}

const first = (life: TenantLife) => [...life.node.pods.values()][0]!
const rotations = (life: TenantLife, ...seconds: number[]) =>
  Object.fromEntries(seconds.map((second) => [second, () => life.askForRotation(`at ${second}`)]))

const stories: Story[] = [
  {
    because: 'nothing but rotations as soon as they may be',
    spec: {},
    happens: (life) => rotations(life, 1, 90, 180, 270),
  },
  {
    because: 'a JWKS was held for longer, and the clock jumps over the time of that',
    spec: { jwksMaxAgeSeconds: 3600 },
    happens: (life) => ({
      0: () => life.edit({ jwksMaxAgeSeconds: 10 }),
      20: () => {
        life.operator.wall.ahead = 2 * day
      },
      ...rotations(life, 30, 60),
    }),
  },
  {
    because: 'a pod that nobody reaches goes on with the longer max-age until it is gone',
    spec: { jwksMaxAgeSeconds: 3600 },
    happens: (life) => {
      const silent = first(life)
      return {
        0: () => {
          silent.slowUntil = silent.unreachableUntil = Infinity
          life.edit({ jwksMaxAgeSeconds: 10 })
        },
        7500: () => life.node.kill(silent),
        ...rotations(life, 7300, 7560),
      }
    },
  },
  {
    because: 'pods with the older document sign for longer with a key that is new',
    spec: { accessTokenSeconds: 3600 },
    happens: (life) => ({
      0: () => life.edit({ accessTokenSeconds: 60 }),
      ...rotations(life, 1, 100),
    }),
  },
  {
    because: 'a pod whose node was cut off comes back as it was',
    spec: {},
    happens: (life) => ({ 0: () => life.node.cutOff(first(life), 290_000), ...rotations(life, 2, 60) }),
  },
]

describe('TenantLife', () => {
  it.each(stories)(
    'has no verifier that does not know a key: $because',
    async (story) => {
      const { life, clashes } = await live(story)
      expect(clashes).toEqual([])
      expect(life.status().keys?.filter(({ phase }) => phase !== 'Destroyed')).toHaveLength(2)
      expect(life.histories.rotation).toBe(life.askedRotation)
    },
    patience,
  )

  it(
    'waits with the next key until there is room for it, and serves on',
    async () => {
      const seconds = Array.from({ length: 24 }, (_, index) => index * 110)
      const { life, clashes } = await live({
        spec: { accessTokenSeconds: 3600 },
        happens: (each) => rotations(each, ...seconds),
      })
      expect(clashes).toEqual([])
      expect(life.histories.rotation).toBe(life.askedRotation)
      expect(life.operator.outcome?.result).toBe('ready')
    },
    patience,
  )
})
