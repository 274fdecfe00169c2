import { parseObjectName } from '../../../operator/src/backups/object-name.ts'
import { chooseBackup } from '../../../operator/src/controllers/backup/choose-backup.ts'
import { type Random } from '../key-year/random.ts'
import { type Fleet } from './fleet.ts'
import { loseCluster } from './lose-cluster.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

interface Happening {
  weight: number
  run: (fleet: Fleet, random: Random) => void
}

function setClock(fleet: Fleet, ahead: number, lasts: number): void {
  fleet.trail.say(
    `the clock is set ${(ahead / hour).toFixed(1)} hours ahead for ${(lasts / hour).toFixed(1)} hours`,
  )
  fleet.clock.ahead = ahead
  fleet.laws.changed()
  fleet.timeline.after(lasts, () => {
    fleet.clock.ahead = 0
    fleet.laws.changed()
  })
}

/** Somebody else's hand in the store: the newest backup of a tenant, if it has one. */
function newestOf(fleet: Fleet, random: Random) {
  const tenantID = random.pick([...fleet.cluster.tenants.keys()])
  const bundle = fleet.laws.newestVerified(tenantID)
  return bundle === undefined
    ? undefined
    : { tenantID, bundle, manifest: bundle.replace(/\.age$/, '.manifest') }
}

/** What befalls a fleet. */
export const happenings: Record<string, Happening> = {
  'operator crash': {
    weight: 4,
    run: ({ operator }, random) => operator.crash(random.logBetween(1_000, 10 * minute)),
  },
  'operator crash at an effect': {
    weight: 10,
    run: ({ operator }, random) => {
      operator.crashIn = 1 + random.below(12)
    },
  },
  'operator away': {
    weight: 3,
    run: ({ operator }, random) => operator.crash(random.logBetween(hour, 60 * day)),
  },
  'clock ahead': {
    weight: 3,
    run: (fleet, random) =>
      setClock(fleet, random.logBetween(minute, 60 * day), random.logBetween(10 * minute, 4 * day)),
  },
  'clock far ahead': {
    weight: 0.5,
    run: (fleet, random) =>
      setClock(fleet, random.between(1, 9) * 365 * day, random.logBetween(minute, 6 * hour)),
  },
  'clock behind': {
    weight: 3,
    run: (fleet, random) =>
      setClock(fleet, -random.logBetween(minute, 60 * day), random.logBetween(10 * minute, 4 * day)),
  },
  'store away': {
    weight: 3,
    run: ({ store, laws, timeline }, random) => {
      store.isAway = true
      laws.changed()
      timeline.after(random.logBetween(minute, 2 * day), () => {
        store.isAway = false
        laws.changed()
      })
    },
  },
  'deletes denied': {
    weight: 2,
    run: ({ store, laws, timeline }, random) => {
      store.deniesDeletes = true
      laws.changed()
      timeline.after(random.logBetween(hour, 3 * day), () => {
        store.deniesDeletes = false
        laws.changed()
      })
    },
  },
  'tenant comes': {
    weight: 1.5,
    run: (fleet) => {
      if (fleet.living().length < 4) fleet.addTenant()
    },
  },
  'end asked for': {
    weight: 0.7,
    run: (fleet, random) => {
      const living = fleet.living()
      if (living.length > 2) fleet.terminate(random.pick(living))
    },
  },
  'tenant gone without a trace': {
    weight: 0.4,
    run: (fleet, random) => {
      const { cluster, trail } = fleet
      const living = fleet.living()
      if (living.length <= 2) return
      const { tenantID } = random.pick(living)
      trail.say(`${tenantID} is gone without a trace`)
      cluster.tenants.delete(tenantID)
      cluster.ledgers.delete(tenantID)
      for (const run of [...cluster.runs.values()])
        if (run.tenantID === tenantID) cluster.runs.delete(run.name)
    },
  },
  'schedule changed': {
    weight: 1,
    run: (fleet, random) =>
      fleet.change(random.pick([...fleet.cluster.tenants.values()]), { schedule: fleet.drawSchedule() }),
  },
  'retention changed': {
    weight: 1,
    run: (fleet, random) =>
      fleet.change(random.pick([...fleet.cluster.tenants.values()]), {
        retentionDays: fleet.drawRetention(),
      }),
  },
  'backup asked for': { weight: 3, run: (fleet, random) => askFor(fleet, random, 1) },
  'twenty backups asked for': { weight: 0.5, run: (fleet, random) => askFor(fleet, random, 20) },
  'bundle rots, and a drill finds it': {
    weight: 0.7,
    run: (fleet, random) => {
      const newest = newestOf(fleet, random)
      if (newest)
        fleet.timeline.after(random.logBetween(hour, 30 * day), () => {
          fleet.cluster.damaged.add(newest.bundle)
        })
    },
  },
  'manifest changed': {
    weight: 0.3,
    run: (fleet, random) => {
      const newest = newestOf(fleet, random)
      if (!newest) return
      fleet.store.place(newest.manifest, 1000, { untrusted: 'It was changed after it was signed.' })
      fleet.laws.changedByOthers.add(newest.bundle)
    },
  },
  'newest taken away': {
    weight: 0.3,
    run: (fleet, random) => {
      const newest = newestOf(fleet, random)
      if (!newest) return
      fleet.store.objects.delete(newest.bundle)
      fleet.store.objects.delete(newest.manifest)
      askWhichIsNewest(fleet, newest.tenantID)
    },
  },
  'old put in the place of new': {
    weight: 0.3,
    run: (fleet, random) => {
      const newest = newestOf(fleet, random)
      if (!newest) return
      for (const { name, says } of fleet.store.objects.values()) {
        if (!says || 'untrusted' in says || name === newest.manifest) continue
        fleet.store.place(newest.bundle, says.bundle.bytes)
        fleet.store.place(newest.manifest, 1000, says)
        fleet.laws.changedByOthers.add(newest.bundle)
        return
      }
    },
  },
  "stranger's file": {
    weight: 0.5,
    run: ({ store, timeline }) => {
      const date = `20010101T000000Z-until-20010102T000000Z`
      store.place(`holiday-${timeline.now}.mov`, 10)
      store.place(`staging/t000000001/00000001-${date}.age`, 10)
      store.place(`decade-of-backups/t000000001/notes-${timeline.now}.txt`, 10)
    },
  },
  'restore asked for': {
    weight: 4,
    run: (fleet, random) => askWhichIsNewest(fleet, random.pick([...fleet.cluster.tenants.keys()])),
  },
  'cluster lost': { weight: 0.12, run: loseCluster },
}

function askFor(fleet: Fleet, random: Random, count: number): void {
  const { cluster, clock, operator, timeline } = fleet
  const living = fleet.living()
  if (living.length === 0) return
  const { tenantID } = random.pick(living)
  for (let index = 0; index < count; index += 1) {
    const name = `manual-${timeline.now}-${index}`
    cluster.runs.set(name, { name, tenantID, reason: 'Manual', madeAt: clock.wall(), failures: 0 })
  }
  operator.look()
}

/** The newest that was completed, or none: never an older one in its place. */
function askWhichIsNewest({ cluster, store, laws }: Fleet, tenantID: string): void {
  const inStore = [...store.objects.keys()].flatMap((name) => {
    const parsed = parseObjectName(name)
    const isWhole = parsed?.part === 'bundle' && store.objects.has(name.replace(/\.age$/, '.manifest'))
    return isWhole && parsed.of.tenantID === tenantID ? [parsed.of] : []
  })
  const ledger = cluster.ledger(tenantID)
  const choice = chooseBackup({}, inStore, ledger)
  const newest = ledger.newest
  const isThere =
    newest !== undefined &&
    store.objects.has(newest.object) &&
    store.objects.has(newest.object.replace(/\.age$/, '.manifest'))
  if ('of' in choice !== isThere)
    laws.fault(`a restore of ${tenantID} was ${isThere ? 'refused' : 'given an old backup'}`)
  if ('of' in choice && (choice.of.sequence !== newest?.sequence || choice.sha256 !== newest.sha256))
    laws.fault(
      `a restore of ${tenantID} was given backup ${choice.of.sequence}, and ${newest?.sequence ?? 'none'} is the newest`,
    )
  if (!('of' in chooseBackup({}, inStore, undefined))) return
  laws.fault(`without a memory a restore of ${tenantID} was given a backup that nobody confirmed`)
}

/** One of them, by their weights. */
export function draw(random: Random): string {
  const all = Object.entries(happenings)
  let rest = random.next() * all.reduce((sum, [, { weight }]) => sum + weight, 0)
  for (const [name, { weight }] of all) {
    rest -= weight
    if (rest < 0) return name
  }
  return 'operator crash'
}
