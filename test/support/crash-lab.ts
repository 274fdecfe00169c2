/** What a crash matrix needs of the world that it crashes an operator in, and of the workflows that it crosses. */
import { type State } from './cluster-state.ts'
import { type FaultInjector } from './faults.ts'
import { type TenantNames } from './mask.ts'

/** A tenant of one run, new in its world. */
export type Tenant = Omit<TenantNames, 'tenantID'>

/** A world with one operator in it, all of whose writes pass the injector's proxies. */
export interface CrashLab {
  injector: FaultInjector
  /** Names that nothing in this world bears. */
  newTenant(): Tenant
  /** The minted ID, once there is one. */
  tenantID(tenant: Tenant): Promise<string | undefined>
  /** Everything that there is, by name. */
  state(): Promise<State>
  /** Starts the operator and waits until it works. */
  startOperator(): Promise<void>
  /** What must never be so, and is so now; asked at the end and also at the crash, while nobody works. */
  unsafe(tenant: Tenant): Promise<string[]>
  /** What the operator said since the last call that it should not have: errors, crashes, secrets. */
  complaints(): Promise<string[]>
  /** Where the tenant is, for a person who wonders why it is not done. */
  describe(tenant: Tenant): Promise<string>
  /** Takes away everything that the run made. */
  sweep(tenant: Tenant, made: readonly string[]): Promise<void>
}

/** Something that an operator does in several writes. Each workflow joins the matrix by one file. */
export interface Workflow<Lab extends CrashLab = CrashLab> {
  name: string
  /** How often a crash may make the same thing be written again: once, but where one step is several writes of it. */
  spareWrites?: number
  /** Steps of many writes that leave no trace of their end: whoever did not see it does all of them anew, once. */
  doneAnew?: RegExp
  /** Sweeps of a class's store are part of it, and no matter of the hour. */
  sweepsAreWrites?: true
  /** Brings the world to where the workflow begins. Not counted, nothing is crashed. */
  prepare?(lab: Lab, tenant: Tenant): Promise<void>
  /** The one act of a person that sets it off. */
  start(lab: Lab, tenant: Tenant): Promise<void>
  /** Is it over, as that person would see it? */
  done(lab: Lab, tenant: Tenant): Promise<boolean>
  /** What must never be another once it is there, whatever crashes: the tenant's ID, its active key. */
  pinned?(lab: Lab, tenant: Tenant): Promise<Record<string, string>>
}
