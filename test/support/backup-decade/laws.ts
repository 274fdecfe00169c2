import { type Timeline } from '../key-year/timeline.ts'
import { newestSlot, slotAfter } from './reference-slots.ts'
import { type SimCluster, type SimTenant } from './sim-cluster.ts'
import { type SimObject, type SimStore, mostSkewMs } from './sim-store.ts'
import { Uptime } from './uptime.ts'
import { type WorldClock } from './world-clock.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const longestMs = 89 * dayMs

export interface LawParts {
  timeline: Timeline
  clock: WorldClock
  cluster: SimCluster
  store: SimStore
  atOnce: number
  isUp: () => boolean
  say: (line: string) => void
}

/** Begun slots of a tenant, and which slot has come and was not begun. */
interface Expectation {
  schedule: string
  next: number
  newest: number | undefined
  openSince: number | undefined
}

/** Who knows the whole truth of a simulated world watches over what must never happen in it. */
export class Laws {
  readonly faults: string[] = []
  readonly figures = {
    'slots that were begun': 0,
    'of them made up for missed ones': 0,
    'of them again, since a lost cluster forgot that they had failed or were run by a clock ahead': 0,
    'verified backups': 0,
    'objects removed': 0,
    'backups past their date that stayed as the last of a living tenant': 0,
    'backups past their date that stayed while a rebuilt cluster waited for its tenants': 0,
    'backups past their date that stayed since somebody had changed them': 0,
    'removed before their true date by a clock ahead, on volumes': 0,
  }
  /** Of everything that was removed or stayed past its date, the most uptime since then. */
  mostLateMs = 0
  readonly uptime = new Uptime()
  /** By bundle: backups that were read back when they were made. */
  readonly verified = new Map<string, { tenantID: string; sequence: number }>()
  /** Bundles whose manifest somebody changed. */
  readonly changedByOthers = new Set<string>()
  readonly #parts: LawParts
  readonly #begun = new Map<string, { epoch: number; isVerified: boolean; isAhead: boolean }>()
  readonly #slots = new Map<string, number[]>()
  readonly #numbers = new Map<string, { epoch: number }>()
  readonly #expected = new Map<string, Expectation>()
  /** By name: until when it was excepted. */
  readonly #exceptedAt = new Map<string, number>()
  readonly #counted = new Set<string>()
  readonly #told = new WeakMap<SimObject, Told>()
  /** By tenant ID: also of those whom the cluster has forgotten. */
  readonly #ended = new Map<string, number>()
  #epoch = 0

  constructor(parts: LawParts) {
    this.#parts = parts
  }

  fault(sentence: string): void {
    if (this.faults.length < 20) this.faults.push(sentence)
    this.#parts.say(`FAULT: ${sentence}`)
  }

  /** Something that an operator needs to work came or went. */
  changed(): void {
    const { timeline, clock, store, isUp } = this.#parts
    const isWell = isUp() && store.answers && !store.deniesDeletes && Math.abs(clock.ahead) <= mostSkewMs
    this.uptime.set(timeline.now, isWell)
  }

  clusterLost(): void {
    this.#epoch += 1
    this.#expected.clear()
  }

  terminated(tenantID: string): void {
    this.#ended.set(tenantID, this.#parts.timeline.now)
  }

  numbered(tenantID: string, sequence: number): void {
    const key = `${tenantID} ${sequence}`
    const before = this.#numbers.get(key)
    const isVerified = [...this.verified.values()].some(
      (of) => of.tenantID === tenantID && of.sequence === sequence,
    )
    if (before?.epoch === this.#epoch || isVerified)
      this.fault(`number ${sequence} of ${tenantID} was given out twice`)
    this.#numbers.set(key, { epoch: this.#epoch })
  }

  running(count: number): void {
    const { atOnce } = this.#parts
    if (count > atOnce) this.fault(`${count} backups ran at the same time, and ${atOnce} may`)
  }

  slotBegan({ tenantID, schedule, provisionedAt }: SimTenant, slot: Date, wall: Date): void {
    const at = slot.getTime()
    const key = slotKey(tenantID, slot)
    const before = this.#begun.get(key)
    if (before && (before.epoch === this.#epoch || (before.isVerified && !before.isAhead)))
      this.fault(`slot ${slot.toISOString()} of ${tenantID} was run twice`)
    else if (before)
      this.figures[
        'of them again, since a lost cluster forgot that they had failed or were run by a clock ahead'
      ] += 1
    const isAhead = at > this.#parts.clock.trueNow
    this.#begun.set(key, { epoch: this.#epoch, isVerified: false, isAhead })
    const newest = newestSlot(schedule, wall.getTime())
    // Its run may begin within the hour: until then the one before is the newest to run.
    const isNewest =
      at === newest || (wall.getTime() - newest < hourMs && at === newestSlot(schedule, newest - 1))
    if (!isNewest)
      this.fault(
        `of ${schedule} ran ${slot.toISOString()} at ${wall.toISOString()} for ${tenantID}, and ${new Date(newest).toISOString()} is newer`,
      )
    if (provisionedAt <= wall && at <= provisionedAt.getTime())
      this.fault(`a slot of before ${tenantID} was there was run`)
    this.figures['slots that were begun'] += 1
    const slots = this.#slots.get(tenantID) ?? []
    this.#slots.set(tenantID, slots)
    const last = slots.at(-1)
    if (last !== undefined && last < newestSlot(schedule, at - 1))
      this.figures['of them made up for missed ones'] += 1
    slots.push(at)
  }

  wasVerified(bundle: string, of: { tenantID: string; sequence: number }, slot: Date | undefined): void {
    this.verified.set(bundle, of)
    this.figures['verified backups'] += 1
    const begun = slot && this.#begun.get(slotKey(of.tenantID, slot))
    if (begun) begun.isVerified = true
  }

  /** The newest backup of a tenant that is whole and that nobody knows to be damaged. */
  newestVerified(tenantID: string, alsoThere?: string): string | undefined {
    const { store, cluster } = this.#parts
    const isThere = (name: string) => store.objects.has(name) || name === alsoThere
    let best: { bundle: string; sequence: number } | undefined
    for (const [bundle, of] of this.verified) {
      if (of.tenantID !== tenantID || of.sequence < (best?.sequence ?? 0)) continue
      const isUsable = !cluster.damaged.has(bundle) && !this.changedByOthers.has(bundle)
      if (isUsable && isThere(bundle) && isThere(manifestOf(bundle))) best = { bundle, sequence: of.sequence }
    }
    return best?.bundle
  }

  removed(object: SimObject): void {
    const { clock, store } = this.#parts
    this.figures['objects removed'] += 1
    const told = this.#dates(object)
    if (!told) {
      this.fault(`${object.name} was removed, and is none of ours`)
      return
    }
    if (this.changedByOthers.has(told.bundle))
      this.fault(`${object.name} was removed, although somebody had changed it`)
    if (clock.trueNow < told.until - mostSkewMs) {
      if (store.kind === 's3' || clock.wall().getTime() < told.until)
        this.fault(`${object.name} was removed before its date`)
      else this.figures['removed before their true date by a clock ahead, on volumes'] += 1
    }
    // What may stay until an end may go when the operator's own clock says that it has come.
    const now = Math.max(clock.trueNow, clock.wall().getTime())
    if (object.name === told.bundle && this.#exception(object, { ...told, now, alsoThere: object.name }))
      this.fault(`${object.name} was removed, and was the last verified backup of its tenant`)
    this.#late(object.name, told.until, clock.trueNow)
    if (object.name === told.bundle) this.verified.delete(told.bundle)
  }

  /** Every few hours. */
  check(): void {
    const { clock, store, cluster } = this.#parts
    const now = clock.trueNow
    const running = new Set<string>()
    for (const { of, isRunning } of cluster.jobs.values())
      if (isRunning)
        running.add(`${of.installationID}/${of.tenantID}/${String(of.sequence).padStart(8, '0')}`)
    for (const object of store.objects.values()) {
      const told = this.#dates(object)
      if (!told || now <= told.until) continue
      const exception = this.#exception(object, { ...told, now })
      if (exception) {
        this.#exceptedAt.set(object.name, now)
        this.#count(told.bundle, exception)
      } else if (!running.has(told.bundle.split('-2')[0] ?? '')) this.#late(object.name, told.until, now)
    }
    for (const { name, startedAt } of store.uploads.values()) {
      const isRunning = [...running].some((start) => name.startsWith(start))
      if (!isRunning) this.#late(name, startedAt.getTime() + dayMs, now)
    }
    for (const tenant of cluster.tenants.values()) if (!tenant.terminatedAt) this.#expectSlot(tenant)
  }

  #count(bundle: string, exception: keyof Laws['figures']): void {
    const key = `${exception} ${bundle}`
    if (this.#counted.has(key)) return
    this.#counted.add(key)
    this.figures[exception] += 1
  }

  /** Why a backup may stay past its date, if it may. */
  #exception(
    { storedAt }: SimObject,
    { bundle, tenantID, now, alsoThere }: Told & { now: number; alsoThere?: string },
  ): keyof Laws['figures'] | undefined {
    const { cluster } = this.#parts
    if (this.changedByOthers.has(bundle))
      return 'backups past their date that stayed since somebody had changed them'
    const tenant = cluster.tenants.get(tenantID)
    if (tenant?.isErased || (!tenant && cluster.memory === 'Whole')) return undefined
    if (this.newestVerified(tenantID, alsoThere) !== bundle) return undefined
    if (tenant)
      return tenant.terminatedAt && now >= tenant.terminatedAt.getTime() + longestMs
        ? undefined
        : 'backups past their date that stayed as the last of a living tenant'
    const begun = instant(/-(\d{8}T\d{6}Z)-until-/.exec(bundle)?.[1] ?? '')
    return now < Math.min(begun, storedAt.getTime()) + longestMs
      ? 'backups past their date that stayed while a rebuilt cluster waited for its tenants'
      : undefined
  }

  #late(name: string, until: number, now: number): void {
    const from = Math.max(until, this.#exceptedAt.get(name) ?? 0)
    const late = this.uptime.between(from, now)
    this.mostLateMs = Math.max(this.mostLateMs, late)
    if (late <= dayMs || this.#counted.has(`late ${name}`)) return
    this.#counted.add(`late ${name}`)
    this.fault(
      `${name} was there ${(late / hourMs).toFixed(1)} hours of uptime after ${new Date(until).toISOString()}`,
    )
  }

  /** Until when an object may be there, told by its own name, by when it came and by its tenant's end. */
  #dates(object: SimObject): Told | undefined {
    let told = this.#told.get(object)
    if (!told) {
      told = toldBy(object)
      if (!told) return undefined
      this.#told.set(object, told)
    }
    const ended = this.#ended.get(told.tenantID)
    return ended === undefined ? told : { ...told, until: Math.min(told.until, ended + longestMs) }
  }

  /** A slot that has come is begun within a day of uptime, or one after it is. */
  #expectSlot({ tenantID, schedule }: SimTenant): void {
    const now = this.#parts.clock.trueNow
    let expected = this.#expected.get(tenantID)
    if (expected?.schedule !== schedule) {
      expected = { schedule, next: slotAfter(schedule, now), newest: undefined, openSince: undefined }
      this.#expected.set(tenantID, expected)
    }
    while (expected.next <= now) {
      expected.newest = expected.next
      expected.next = slotAfter(schedule, expected.next)
    }
    const { newest } = expected
    if (newest === undefined) return
    // A clock ahead may have run it weeks ago.
    const isBegun = this.#begun.has(slotKey(tenantID, new Date(newest)))
    const begun = this.#slots.get(tenantID)?.slice(-400) ?? []
    if (isBegun || begun.some((slot) => slot > newest && slot <= now)) {
      expected.openSince = undefined
      return
    }
    expected.openSince ??= newest
    const waited = this.uptime.between(expected.openSince, now)
    if (waited <= dayMs || this.#counted.has(`slot ${tenantID} ${expected.openSince}`)) return
    this.#counted.add(`slot ${tenantID} ${expected.openSince}`)
    this.fault(
      `no backup of ${tenantID} (${schedule}) has begun in ${(waited / hourMs).toFixed(1)} hours of uptime since ${new Date(expected.openSince).toISOString()}`,
    )
  }
}

interface Told {
  bundle: string
  tenantID: string
  until: number
}

/** By its name and when it came; `undefined` where it is none of ours. */
function toldBy({ name, storedAt }: SimObject): Told | undefined {
  const [, stem = '', tenantID = '', until = ''] =
    /^(decade-[^/]+\/([a-z0-9]{10})\/\d{8}-\d{8}T\d{6}Z-until-(\d{8}T\d{6}Z))\.(?:age|manifest)$/.exec(
      name,
    ) ?? []
  if (stem === '') return undefined
  const came = storedAt.getTime()
  // A clock behind may have dated it to before it came.
  return {
    bundle: `${stem}.age`,
    tenantID,
    until: Math.max(came, Math.min(instant(until), came + longestMs)),
  }
}

const manifestOf = (bundle: string) => bundle.replace(/\.age$/, '.manifest')
const slotKey = (tenantID: string, slot: Date) => `${tenantID} ${slot.toISOString()}`
const instant = (text: string) =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
