import { describe, expect, it, vi } from 'vitest'
import { Random } from './random.ts'
import { RsaPool } from './rsa-pool.ts'
import { StaleViews } from './stale-views.ts'
import { TenantLife } from './tenant-life.ts'

vi.mock('node:fs/promises', () => import('./memory-files.ts'))

const pool = new RsaPool(new Random('views'), 6)
const patience = 240_000
const start = Date.UTC(2026, 0, 1)

/** What happens to a tenant in its first minutes, by seconds. */
const happenings = (life: TenantLife): Record<number, () => void> => ({
  150: () => life.askForRotation('first'),
  152: () => life.node.kill([...life.node.pods.values()][0]!),
  330: () => life.rollOut(),
  420: () => {
    const active = life.status().keys?.find(({ phase }) => phase === 'Active')
    life.edit({ revoke: [{ kid: active?.kid ?? '', sessions: 'Keep' }] })
  },
})

describe('StaleViews', () => {
  it(
    'do nothing to a tenant that somebody who sees the present would not do',
    async () => {
      let used = 0
      const life = new TenantLife({
        ...{ random: new Random('stale'), start, replicas: 2, changed: () => {}, clash: () => {} },
        spec: {
          ...{ jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0, accessTokenSeconds: 60, rotationDays: 0 },
          revoke: [],
        },
        nextKey: () => pool.key(used++),
      })
      const views = new StaleViews(life, pool.key(pool.size - 1))
      for (const [second, happen] of Object.entries(happenings(life)))
        life.timeline.after(Number(second) * 1000, happen)
      let replays = 0
      let seen = 0
      const changed = new Set<string>()
      const strays: string[] = []
      for (let second = 60; second <= 600; second += 1) {
        await life.until(start + second * 1000)
        if (views.pasts === seen && second % 20 > 0) continue
        seen = views.pasts
        const present = await views.from(seen - 1)
        for (const object of present.keys()) changed.add(object.split(' ')[0]!)
        for (let past = 0; past < seen - 1; past += 1) {
          replays += 1
          for (const [object, text] of await views.from(past))
            if (present.get(object) !== text) strays.push(`${second} s, ${past} of ${seen - 1}: ${object}`)
        }
      }
      expect(strays).toEqual([])
      expect(replays).toBeGreaterThan(1_500)
      expect([...changed].sort()).toEqual(['KiaviTenant', 'Pod', 'Secret'])
    },
    patience,
  )
})
