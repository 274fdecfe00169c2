import { type KubeClient } from '../../cluster/kube-client.ts'
import { type ForwardClock } from '../forward-clock.ts'
import { type PostgresServer } from '../postgres.ts'
import { type GatedOperator } from './gated-operator.ts'

/** What a lab needs of a world, whatever its pods are. */
export interface LabWorld extends Pick<GatedOperator, 'injector' | 'databasePort' | 'operator'> {
  /** As cluster-admin, past the proxies. */
  controlPlane: { client: KubeClient }
  postgres: PostgresServer
  /** Of the operator and all pods; absent where it cannot be set. */
  clock?: ForwardClock
  stop(): Promise<void>
}
