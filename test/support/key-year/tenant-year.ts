import { type GeneratedKey } from '../../../operator/src/providers/keys/port.ts'
import { type Random } from './random.ts'
import { type Counts, storm } from './storm.ts'
import { TenantLife } from './tenant-life.ts'
import { type Tally, visit } from './verifications.ts'

export interface YearOptions {
  random: Random
  days: number
  /** How many storms on average in a year. */
  storms: number
  nextKey: () => GeneratedKey
  tally: Tally
  counts: Counts
}

export interface YearOf {
  looks: number
  crashes: number
  /** Keys that came to each phase. */
  phases: Counts
  /** Pairs of a JWKS and of a token that were both good at some moment. */
  pairs: number
  apart: number
  /** What went wrong, in words; empty when nothing did. */
  faults: string[]
  trail: string[]
}

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)
/** At the end nothing happens any more, so that all that was begun can come to its end. */
const calmDays = 6

/** A tenant through its year: storms, long calms, and verifiers all the while. */
export async function tenantYear(options: YearOptions): Promise<YearOf> {
  const { random, days, tally, counts } = options
  const result: YearOf = {
    ...{ looks: 0, crashes: 0, phases: new Map(), pairs: 0, apart: 0 },
    ...{ faults: [], trail: [] },
  }
  const life = new TenantLife({
    ...{ random: random.fork('world'), start, nextKey: options.nextKey },
    spec: {
      jwksMaxAgeSeconds: random.pick([10, 10, 300, 300, 900]),
      verifierCacheSeconds: random.pick([0, 0, 900, 3600, 3600]),
      accessTokenSeconds: random.pick([60, 600, 600, 3600]),
      rotationDays: random.pick([0, 7, 30, 60, 90]),
      revoke: [],
    },
    replicas: random.pick([1, 2, 2, 3]),
    clash: ({ excuse, told }) => {
      if (excuse) result.apart += 1
      else fault(told)
    },
    changed: ({ to }) => {
      result.phases.set(to, (result.phases.get(to) ?? 0) + 1)
      const cacheMs = life.histories.cacheSeconds * 1000
      for (let visits = 3; visits > 0; visits -= 1)
        life.timeline.after(chance.pick([0, cacheMs * chance.next(), 0.99 * cacheMs]), () => verifiers(true))
    },
  })
  const chance = random.fork('verifiers')
  const fault = (told: string) => {
    if (result.faults.length === 0) result.trail = life.trail.last(30)
    result.faults.push(told)
  }
  const verifiers = async (isNearChange: boolean) => {
    const { record, timeline } = life
    await visit({ record, now: timeline.now, random: chance, isNearChange, fault }, tally)
  }
  const weather = random.fork('storms')
  const stormsHere = Math.round((options.storms * days) / 365)
  for (let left = stormsHere; left > 0; left -= 1) {
    const at = (0.05 + weather.next() * (days - calmDays)) * day
    life.timeline.after(at, () => storm(life, weather, counts))
  }
  for (let left = Math.round((days * 140) / 365); left > 0; left -= 1)
    life.timeline.after((0.05 + chance.next() * (days - 0.1)) * day, () => verifiers(false))
  try {
    await life.until(start + (days - calmDays + 1) * day)
    life.operator.wall.ahead = 0
    await life.until(start + days * day)
    endsWell(life, fault)
  } catch (error) {
    fault(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const { looks, crashes } = life.operator
  return { ...result, looks, crashes, pairs: life.record.pairs }
}

/** Whatever happened: it serves, every pod has the newest keys, and the last rotation that was asked for was done. */
function endsWell(life: TenantLife, fault: (told: string) => void): void {
  const { keys = [], conditions = [] } = life.status()
  const ready = conditions.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') fault(`In the end it is not ready: ${ready?.message ?? ''}`)
  const phases = keys
    .map(({ phase }) => phase)
    .filter((phase) => phase !== 'Destroyed')
    .sort()
  if (phases.join(' ') !== 'Active Published') fault(`In the end there are: ${phases.join(', ')}`)
  if (life.askedRotation !== life.histories.rotation)
    fault(`Rotation ${life.askedRotation ?? ''} was asked for and not done.`)
  const behind = life.node.taking().filter(({ keySet }) => keySet?.version !== life.histories.version)
  if (behind.length > 0) fault(`${behind.length} pods do not have the newest keys.`)
}
