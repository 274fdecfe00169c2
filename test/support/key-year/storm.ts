import { type Random } from './random.ts'
import { type TenantLife } from './tenant-life.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** What happened how often. */
export type Counts = Map<string, number>

interface Happening {
  /** How often it is drawn beside the others. */
  weight: number
  run: (life: TenantLife, random: Random) => void
}

const maxAges = [10, 60, 300, 900, 3600] as const
const caches = [0, 60, 900, 3600, 3600, 7200] as const
const tokenLives = [60, 300, 600, 3600] as const

function pod(life: TenantLife, random: Random) {
  const pods = [...life.node.pods.values()].filter(({ state }) => state === 'serving')
  return pods.length === 0 ? undefined : random.pick(pods)
}

function revoke(life: TenantLife, random: Random, phases: readonly string[]): void {
  const known = life.status().keys ?? []
  const keys = known.filter(({ phase }) => phases.includes(phase))
  const sessions = random.pick(['Keep', 'End'] as const)
  const wanted = keys.map(({ kid }) => ({ kid, sessions }))
  const before = life.spec.revoke.filter(({ kid }) => wanted.every((each) => each.kid !== kid))
  life.edit({ revoke: [...before, ...wanted].slice(-8) })
  life.trail.say(`revoke ${phases.join(', ')}: ${keys.map(({ kid }) => kid.slice(0, 6)).join(', ')}`)
}

/** An NTP daemon finds out after a while. */
function setClock(life: TenantLife, random: Random, ms: number): void {
  const { operator, timeline, trail } = life
  operator.wall.ahead = ms
  trail.say(`the operator's clock is ${(ms / minute).toFixed(0)} min off`)
  timeline.after(random.logBetween(10_000, 6 * hour), () => {
    operator.wall.ahead = random.between(-500, 500)
    trail.say("the operator's clock is right again")
  })
}

/** All that may befall a tenant, its pods and its operator. */
export const happenings: Record<string, Happening> = {
  rotation: {
    weight: 6,
    run: (life, random) => {
      const nonce = `nonce-${random.below(1e9)}`
      life.trail.say(`rotation ${nonce} is asked for`)
      life.askForRotation(nonce)
    },
  },
  'revoke of the active key': { weight: 0.7, run: (life, random) => revoke(life, random, ['Active']) },
  'revoke of the standby': {
    weight: 0.5,
    run: (life, random) => revoke(life, random, ['Published', 'Generated']),
  },
  'revoke of both': { weight: 0.3, run: (life, random) => revoke(life, random, ['Active', 'Published']) },
  'revoke of an old key': { weight: 0.3, run: (life, random) => revoke(life, random, ['Retiring']) },
  'other max-age': {
    weight: 1.5,
    run: (life, random) => {
      const jwksMaxAgeSeconds = random.pick(maxAges)
      life.trail.say(`jwksMaxAgeSeconds: ${life.spec.jwksMaxAgeSeconds} -> ${jwksMaxAgeSeconds}`)
      life.edit({ jwksMaxAgeSeconds })
    },
  },
  'other verifier cache': {
    weight: 1.5,
    run: (life, random) => {
      const verifierCacheSeconds = random.pick(caches)
      life.trail.say(`verifierCacheSeconds: ${life.spec.verifierCacheSeconds} -> ${verifierCacheSeconds}`)
      life.edit({ verifierCacheSeconds })
    },
  },
  'other token life': {
    weight: 1.5,
    run: (life, random) => {
      const accessTokenSeconds = random.pick(tokenLives)
      life.trail.say(`accessTokenSeconds: ${life.spec.accessTokenSeconds} -> ${accessTokenSeconds}`)
      life.edit({ accessTokenSeconds })
    },
  },
  'shorter caches': {
    weight: 0.2,
    run: (life) => {
      life.trail.say('verifiers and caches hold a JWKS for 20 s from now on')
      life.edit({ jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 })
    },
  },
  'shorter tokens': {
    weight: 0.2,
    run: (life) => {
      life.trail.say('tokens live for 60 s, a JWKS for 20 s from now on')
      life.edit({ accessTokenSeconds: 60, jwksMaxAgeSeconds: 10, verifierCacheSeconds: 0 })
    },
  },
  'longer tokens': {
    weight: 0.2,
    run: (life) => {
      life.trail.say('tokens live for an hour from now on')
      life.edit({ accessTokenSeconds: 3600 })
    },
  },
  rollout: {
    weight: 2,
    run: (life) => {
      life.trail.say('rollout')
      life.rollOut()
    },
  },
  'slow pod': {
    weight: 2,
    run: (life, random) => {
      const slow = pod(life, random)
      if (!slow) return
      slow.slowUntil = random.chance(0.5) ? Infinity : life.timeline.now + random.logBetween(minute, hour)
      life.trail.say(`${slow.name} follows no more`)
    },
  },
  'unreachable pod': {
    weight: 2,
    run: (life, random) => {
      const away = pod(life, random)
      if (!away) return
      const ms = random.logBetween(5_000, 3 * hour)
      away.unreachableUntil = life.timeline.now + ms
      life.trail.say(`${away.name} cannot be asked for ${(ms / 1000).toFixed(0)} s`)
    },
  },
  'silent pod': {
    weight: 1.5,
    run: (life, random) => {
      const silent = pod(life, random)
      if (!silent) return
      const ms = random.logBetween(10 * minute, 6 * hour)
      silent.slowUntil = Infinity
      silent.unreachableUntil = life.timeline.now + ms
      life.trail.say(`${silent.name} follows no more and cannot be asked for ${(ms / 1000).toFixed(0)} s`)
    },
  },
  'pod cut off': {
    weight: 1,
    run: (life, random) => {
      const away = pod(life, random)
      // After five minutes Kubernetes deletes the pods of such a node.
      if (away) life.node.cutOff(away, random.logBetween(5_000, 5 * minute))
    },
  },
  'killed pod': {
    weight: 1,
    run: (life, random) => {
      const killed = pod(life, random)
      if (killed) life.node.kill(killed)
    },
  },
  'all pods killed': {
    weight: 0.2,
    run: (life) => [...life.node.pods.values()].forEach((each) => life.node.kill(each)),
  },
  'container restart': {
    weight: 1,
    run: (life, random) => {
      const restarted = pod(life, random)
      life.trail.say(`${restarted?.name ?? 'no pod'} restarts its container`)
      void restarted?.restart()
    },
  },
  'new pod with old files': {
    weight: 1,
    run: (life, random) => {
      life.node.nextStartIsStaleBy = random.logBetween(1, 30)
      life.trail.say('rollout, and the first new pod mounts what is old')
      life.rollOut()
    },
  },
  'operator crash': {
    weight: 2,
    run: (life, random) => life.operator.crash(random.logBetween(1_000, 10 * minute)),
  },
  'operator crash at a write': {
    weight: 4,
    run: (life, random) => {
      life.operator.crashIn = 1 + random.below(16)
    },
  },
  'operator away': {
    weight: 0.7,
    run: (life, random) => life.operator.crash(random.logBetween(hour, 4 * day)),
  },
  'clock forth': {
    weight: 1,
    run: (life, random) => setClock(life, random, random.logBetween(minute, 40 * day)),
  },
  'clock back': {
    weight: 1,
    run: (life, random) => setClock(life, random, -random.logBetween(minute, 40 * day)),
  },
  "a pod's clock": {
    weight: 0.5,
    run: (life, random) => {
      const set = pod(life, random)
      if (set) set.wall.ahead = random.between(-1, 1) * random.logBetween(minute, 40 * day)
    },
  },
  'API server away': {
    weight: 1.5,
    run: (life, random) => {
      life.operator.failing = 1 + random.below(12)
    },
  },
  'watches late': {
    weight: 1,
    run: (life, random) => {
      life.operator.deafUntil = life.timeline.now + random.logBetween(1_000, minute)
    },
  },
  'mounted copy deleted': {
    weight: 0.3,
    run: (life) => {
      life.trail.say('the mounted copy is deleted')
      life.deleteMounted()
    },
  },
}

/** One of them, by their weights. */
export function draw(random: Random): string {
  const all = Object.entries(happenings)
  let rest = random.next() * all.reduce((sum, [, { weight }]) => sum + weight, 0)
  for (const [name, { weight }] of all) {
    rest -= weight
    if (rest < 0) return name
  }
  return 'rotation'
}

/** What must not meet, and so is made to: waits that end early show only where little time is left for them. */
const meetings: readonly (readonly string[])[] = [
  ['shorter caches', 'clock forth', 'rotation', 'rotation', 'rotation'],
  ['unreachable pod', 'shorter caches', 'rotation', 'killed pod', 'rotation', 'rotation'],
  ['slow pod', 'shorter caches', 'rotation', 'rotation'],
  ['shorter caches', 'silent pod', 'rotation', 'rotation', 'rotation'],
  ['silent pod', 'rotation', 'rotation'],
  ['shorter tokens', 'rotation', 'rotation', 'rotation'],
  ['slow pod', 'unreachable pod', 'shorter tokens', 'rotation', 'rotation'],
  ['pod cut off', 'rotation', 'rotation', 'rotation'],
  ['rotation', 'revoke of the active key', 'rotation'],
  ['shorter caches', 'longer tokens', ...Array.from({ length: 20 }, () => 'rotation')],
]

/** A few of them, one upon the other: within seconds, or within what verifiers hold a JWKS. */
export function storm(life: TenantLife, random: Random, counts: Counts): void {
  const drawn = () => Array.from({ length: 2 + random.below(6) }, () => draw(random))
  const names = random.chance(0.3) ? random.pick(meetings) : drawn()
  const next = (at: number) => {
    const name = names[at]
    if (name === undefined) return
    counts.set(name, (counts.get(name) ?? 0) + 1)
    happenings[name]?.run(life, random)
    const { jwksMaxAgeSeconds, verifierCacheSeconds } = life.spec
    const held = Math.max(2 * jwksMaxAgeSeconds, verifierCacheSeconds, 60)
    life.timeline.after(random.logBetween(1_000, 2 * held * 1000), () => next(at + 1))
  }
  next(0)
}
