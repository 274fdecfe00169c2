import { child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta } from './meta.ts'

/** The pods' identity: no rights, and no token. */
export const serviceAccount = (rendering: Rendering): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: childMeta(rendering, child.runtime, 'runtime'),
  automountServiceAccountToken: false,
})
