/** Where the operator does all that it can have to do, so that each of its rights is used. */
import { type Bench, type Target, untilBack } from '../drift/bench.ts'
import { type Edit } from '../drift/edits.ts'
import { type OperatorWorld } from '../operator-world.ts'
import { claimHolds } from '../proof.ts'
import { type ReadyTenant } from '../ready-tenants.ts'
import { type TenantLab } from '../tenant-lab.ts'

export interface Stage {
  world: OperatorWorld
  lab: TenantLab
  bench: Bench
  /** Behind an Ingress, in the default class. */
  tenant: ReadyTenant
  /** Behind a Gateway, in the class that says so. */
  routed: ReadyTenant
}

/** Something that happens to the tenants; it leaves them whole. */
export interface Story {
  /** For people: what happens. */
  name: string
  tell(stage: Stage): Promise<void>
}

const limitMs = 60_000

/** The edit of a target at this path: `metadata.labels.stranger`. */
export function editAt({ name, edits }: Target, path: string): Edit {
  const edit = edits.find((each) => each.what === 'add' && each.path.join('.') === path)
  if (!edit) throw new Error(`There is no edit of ${name} at ${path}.`)
  return edit
}

/** A stranger edits an object, and the operator puts it back. */
export async function putBack({ bench }: Pick<Stage, 'bench'>, target: Target, edit: Edit): Promise<void> {
  const struck = await bench.strike(target, edit)
  claimHolds(struck.outcome === 'edited', `The API server refuses to edit ${target.name}.`)
  const milliseconds = await untilBack(struck, limitMs)
  claimHolds(milliseconds !== undefined, `${target.name} was not put back within ${limitMs / 1000} s.`)
}
