import { type KubeObject } from '../../kube/port.ts'
import { type LearnedDefaults } from './compare/learned-defaults.ts'
import { type VerifiedObjects } from './compare/verified-objects.ts'
import { type TenantPorts } from './ports.ts'
import { type Rendering } from './rendering.ts'
import { type Vault } from './vault.ts'

/** What every step may need besides itself. */
export interface Acting {
  ports: TenantPorts
  vault: Vault
  learned: LearnedDefaults
  verified: VerifiedObjects
  /** As it was last seen, raw. */
  object: KubeObject
  /** Absent while the tenant has no ID. */
  rendering: Rendering | undefined
}

/** What a step changed that those after it must know. */
export interface Acted {
  /** The KiaviTenant after our own write to it. */
  object?: KubeObject
  /** What became of a child. */
  ensured?: Ensured
}

/** What became of an object; `paths` says where the live one differed. */
export interface Ensured {
  was: 'absent' | 'different' | 'settled'
  kind: string
  name: string
  paths: string[]
}

export function needRendering({ rendering }: Acting): Rendering {
  if (!rendering) throw new TypeError('A step that needs a tenant ID was planned before there was one.')
  return rendering
}
