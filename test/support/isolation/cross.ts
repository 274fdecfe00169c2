import { eventually } from '../eventually.ts'
import { type World, type WorldTenant } from '../installation/world.ts'
import { type Outcome } from './attempt.ts'
import { type Control, controls, crossings } from './crossings.ts'
import { lift, operatorPods, takeBack } from './lift.ts'
import { placeStranger } from './stranger.ts'

export interface Row {
  probe: string
  control: Control
  /** Every other control that stood before it is away: only this one holds. */
  withControl: Outcome
  withoutControl: Outcome
  putBack: Outcome
}

/**
 * Everything a pod of the second tenant shall not reach: first with its control in place, then with it taken away,
 * then after the operator came back. Controls go one after the other, so that each is seen to hold alone.
 */
export async function cross(
  world: World,
  first: WorldTenant,
  second: WorldTenant,
  say: (line: string) => void,
): Promise<Row[]> {
  const stranger = await placeStranger(world, second)
  const all = await crossings(world, first, second)
  const of = (control: Control) => all.filter((crossing) => crossing.control === control)
  const attempt = (some: typeof all) => stranger.try(some.map((crossing) => crossing.attempt))
  /** The policies of a cluster take a moment to be enforced. */
  const settled = (some: typeof all, reached: boolean) => {
    let last: Outcome[] = []
    return eventually(
      `${some.length} probes`,
      async () => {
        last = await attempt(some)
        return last.every((outcome) => outcome.reached === reached) && last
      },
      reached ? 30_000 : 90_000,
    ).catch(() => last)
  }
  const rows: Omit<Row, 'putBack'>[] = []
  try {
    await operatorPods(world, 0)
    for (const control of controls) {
      const group = of(control)
      const before = await attempt(group)
      say(`Taking away: ${control} ...`)
      await lift(world, control, first, second)
      const after = await settled(group, true)
      const nothing: Outcome = { reached: false, how: 'not tried' }
      for (const [at, { probe }] of group.entries())
        rows.push({
          probe,
          control,
          withControl: before[at] ?? nothing,
          withoutControl: after[at] ?? nothing,
        })
    }
    await takeBack(world, first)
    say('The operator comes back ...')
    await operatorPods(world, 1)
    const again = await settled(all, false)
    return rows.map((row, at) => ({ ...row, putBack: again[at] ?? { reached: true, how: 'not tried' } }))
  } finally {
    await takeBack(world, first)
    await operatorPods(world, 1)
    await stranger.remove()
  }
}

/** Why the rows do not show what they shall; empty when they do. */
export const faults = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ probe, withControl, withoutControl, putBack }) => [
    ...(withControl.reached ? [`${probe} was reached through its control: ${withControl.how}`] : []),
    ...(withoutControl.reached
      ? []
      : [`${probe} was not reached without its control: ${withoutControl.how}`]),
    ...(putBack.reached ? [`${probe} was reached after the operator came back: ${putBack.how}`] : []),
  ])
