import { describe, expect, it } from 'vitest'
import { type State } from './cluster-state.ts'
import { type CrashLab, type Tenant, type Workflow } from './crash-lab.ts'
import { allPoints, crashMatrix, referenceOf, sampleOf, transactionsWhole } from './crash-matrix.ts'
import { type Run } from './crash-point.ts'
import { EffectLedger } from './effect-ledger.ts'
import { FaultInjector, noFaults } from './faults.ts'

class Killed extends Error {}

/** A world in memory, and an operator whose every pass is a function of what is there. */
class ToyLab implements CrashLab {
  readonly injector = new FaultInjector(new EffectLedger())
  readonly world: State = new Map()
  readonly reconcile: (lab: ToyLab, tenant: Tenant) => Promise<void>
  #tenants = 0
  asked: Tenant | undefined
  passes = 0

  constructor(reconcile: ToyLab['reconcile']) {
    this.reconcile = reconcile
    this.injector.aimAt(() => Promise.resolve())
  }

  newTenant = () => ({ name: `t${++this.#tenants}`, host: `t${this.#tenants}.test` })
  tenantID = ({ name }: Tenant) => Promise.resolve(this.world.get(`id of ${name}`))
  state = () => Promise.resolve(new Map(this.world))
  unsafe = () => Promise.resolve([...this.world.values()].filter((value) => value === 'open to all'))
  complaints = () => Promise.resolve([])
  describe = () => Promise.resolve([...this.world.keys()].join())
  sweep = (_: Tenant, made: readonly string[]) => {
    for (const key of made) this.world.delete(key)
    this.asked = undefined
    return Promise.resolve()
  }

  startOperator = async () => {
    this.passes++
    if (this.asked === undefined) return
    await this.reconcile(this, this.asked).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
  }

  /** One write: as a proxy would take it. */
  write = async (key: string, value: string) => {
    const { injector } = this
    const effect = injector.ledger.begin('write', { backend: 'sql', verb: 'SET', object: key })
    const fault = injector.faultFor(effect)
    const isKilled = fault?.do === 'kill'
    if (isKilled && fault.when === 'before') injector.ledger.settle(effect, 'unsent')
    else {
      this.world.set(key, value)
      injector.ledger.settle(effect, 'ok')
    }
    if (!isKilled) return
    await injector.kill()
    throw new Killed()
  }
}

const provision: Workflow<ToyLab> = {
  name: 'toy',
  start: (lab, tenant) => {
    lab.asked = tenant
    return lab.startOperator()
  },
  done: (lab, { name }) => Promise.resolve(lab.world.get(`ready ${name}`) === 'yes'),
  pinned: async (lab, tenant) => {
    const id = await lab.tenantID(tenant)
    return id === undefined ? {} : { 'tenant ID': id }
  },
}

let minted = 0
const mint = () => `id${String(++minted).padStart(4, '0')}`

/** Right: what it made up is kept before it is used, and what is there is not made again. */
const careful = async (lab: ToyLab, { name }: Tenant) => {
  const ensure = async (key: string, value: () => string) => {
    if (!lab.world.has(key)) await lab.write(key, value())
    return lab.world.get(key)!
  }
  const id = await ensure(`id of ${name}`, mint)
  await ensure(`database ${id}`, () => 'closed')
  await ensure(`ready ${name}`, () => 'yes')
}

const run = (reconcile: ToyLab['reconcile'], only?: string) => {
  const said: string[] = []
  const options = {
    labs: [new ToyLab(reconcile)],
    workflow: provision,
    references: 2,
    patience: { limitMs: 1_000, quietMs: 1 },
    say: (line: string) => void said.push(line),
  }
  const choose = (all: readonly { k: number; when: 'before' | 'after' }[]) =>
    all.filter(({ k, when }) => only === undefined || only === `${k}:${when}`)
  return crashMatrix({ ...options, choose }).then((matrix) => ({ ...matrix, said, lab: options.labs[0]! }))
}

const broken = ({ results }: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(
    results
      .filter(({ problems }) => problems.length > 0)
      .map(({ point, problems }) => [`${point.k}:${point.when}`, problems.join('; ')]),
  )

describe('crashMatrix', () => {
  it('crashes at every write, before and after, and finds nothing wrong with an operator that does it right', async () => {
    const matrix = await run(careful)
    expect(matrix.reference.problems).toEqual([])
    expect(
      matrix.results.map(({ point, struck }) => [`${point.k}:${point.when}`, struck?.split(' ')[0]]),
    ).toEqual([
      ['1:before', '1'],
      ['1:after', '1'],
      ['2:before', '2'],
      ['2:after', '2'],
      ['3:before', '3'],
      ['3:after', '3'],
    ])
    expect(broken(matrix)).toEqual({})
    expect(matrix.lab.world.size).toBe(0)
  })

  it('finds what is left behind when a made-up name was used before it was kept', async () => {
    const matrix = await run(async (lab, { name }) => {
      const id = lab.world.get(`id of ${name}`) ?? mint()
      await lab.write(`database ${id}`, 'closed')
      await lab.write(`id of ${name}`, id)
      await lab.write(`ready ${name}`, 'yes')
    })
    expect(Object.keys(broken(matrix))).toEqual(['1:after', '2:before'])
    expect(broken(matrix)['1:after']).toMatch(/unexpected: \+ database id\d+/)
  })

  it('finds an identity that is minted again', async () => {
    const matrix = await run(async (lab, { name }) => {
      const id = mint()
      await lab.write(`id of ${name}`, id)
      await lab.write(`ready ${name}`, 'yes')
    })
    expect(broken(matrix)['2:before']).toContain('tenant ID is another one after the crash than before it')
  })

  it('finds work that is begun anew each time', async () => {
    const matrix = await run(async (lab, tenant) => {
      await careful(lab, tenant)
      if (lab.passes > 3) for (let i = 0; i < 2; i++) await lab.write('log', 'again')
    })
    expect(broken(matrix)['3:after']).toContain('SET log: written 2 times, in the reference 0')
  })

  it('finds a moment that is not safe, though the end is', async () => {
    const matrix = await run(async (lab, tenant) => {
      if (lab.world.get('door') !== 'closed') await lab.write('door', 'open to all')
      if (lab.world.get('door') !== 'closed') await lab.write('door', 'closed')
      await careful(lab, tenant)
    })
    expect(broken(matrix)['1:after']).toContain('unsafe: open to all')
    expect(broken(matrix)['2:after']).toBeUndefined()
  })

  it('finds an operator that does not go on', async () => {
    const matrix = await run(async (lab, tenant) => {
      if (lab.world.has(`id of ${tenant.name}`)) return
      await careful(lab, tenant)
    })
    expect(broken(matrix)['1:after']).toContain('not over within 1 s: id of ')
  })

  it('runs one point alone', async () => {
    const { results } = await run(careful, '2:after')
    expect(results.map(({ point }) => point)).toEqual([{ k: 2, when: 'after' }])
  })
})

const aRun = (endState: string[]): Run => ({
  struck: undefined,
  endState,
  counts: new Map(),
  writes: 2,
  inTransaction: new Set([2]),
  problems: [],
  seconds: 0,
})

describe('referenceOf', () => {
  it('compares by its being there what no two undisturbed runs share', () => {
    const { endState, unsteady, problems } = referenceOf([
      aRun(['+ a: 1', '+ b: x']),
      aRun(['+ a: 1', '+ b: y']),
    ])
    expect({ endState, unsteady, problems }).toEqual({
      endState: ['+ a: 1', '+ b'],
      unsteady: ['+ b'],
      problems: [],
    })
  })

  it('does not take for unsteady what is there only sometimes', () => {
    expect(referenceOf([aRun(['+ a: 1']), aRun(['+ a: 1', '+ b: 1'])]).problems).toEqual(['unexpected: + b'])
  })
})

describe('transactionsWhole', () => {
  it('leaves the statements of a transaction to its COMMIT', () => {
    const reference = { ...referenceOf([aRun([])]), writes: 3 }
    expect(transactionsWhole(allPoints(reference), reference).map(({ k }) => k)).toEqual([1, 1, 3, 3])
  })
})

describe('sampleOf', () => {
  it('spreads over all points and meets both kinds', () => {
    const all = allPoints({ ...referenceOf([aRun([])]), writes: 30 })
    const some = sampleOf(10)(all)
    expect(some).toHaveLength(10)
    expect(new Set(some.map(({ k, when }) => `${k}:${when}`)).size).toBe(10)
    expect(some.filter(({ when }) => when === 'before')).toHaveLength(5)
    expect(some.at(-1)!.k).toBeGreaterThan(25)
  })
})

describe('FaultInjector', () => {
  it('forgets what struck when it is armed again', () => {
    const injector = new FaultInjector(new EffectLedger())
    injector.arm(() => ({ do: 'drop' }))
    injector.faultFor(injector.ledger.begin('write', { backend: 'sql', verb: 'DO', object: '' }))
    expect(injector.struck?.effect.k).toBe(1)
    injector.arm(noFaults)
    expect(injector.struck).toBeUndefined()
  })
})
