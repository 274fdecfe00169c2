import { annotation } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'

/** Tenants that name no class live in this one. */
export const isMarkedDefault = (object: KubeObject | undefined): boolean =>
  object?.metadata.annotations?.[annotation.defaultClass] === 'true'
