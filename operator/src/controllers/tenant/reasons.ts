/** Which condition a finding shows on. */
export type On = 'Ready' | 'DatabaseReady' | 'KeysReady' | 'RuntimeReady' | 'EndpointReady'

interface Row {
  on: On
  /** Only a person can mend it: the message says how. Otherwise it is a wait. */
  stalled: boolean
}

const stalled = (on: On): Row => ({ on, stalled: true })
const waiting = (on: On): Row => ({ on, stalled: false })

/** Every reason why something is not (yet) true. docs/conditions.md says what each means; a test holds the list. */
export const reasons = {
  SpecUnreadable: stalled('Ready'),
  ClassNotFound: stalled('Ready'),
  ClassUnreadable: stalled('Ready'),
  NoDefaultClass: stalled('Ready'),
  TwoDefaultClasses: stalled('Ready'),
  NotAllowedByClass: stalled('Ready'),
  PublicSuffix: stalled('Ready'),
  RpIdPinned: stalled('Ready'),
  OrphanFound: stalled('Ready'),
  OrphanNotFound: stalled('Ready'),
  AdoptionNotAllowed: stalled('Ready'),
  HostClaimed: stalled('Ready'),
  RpIdClaimed: stalled('Ready'),
  NameConflict: stalled('Ready'),
  SecretNotFound: stalled('Ready'),
  DeletedWithoutTermination: stalled('Ready'),
  PauseInvalid: stalled('Ready'),
  GrowthHeld: stalled('Ready'),
  NamespaceTerminating: waiting('Ready'),
  Provisioning: waiting('Ready'),
  ReconcileFailed: waiting('Ready'),
  ChangeRefused: stalled('Ready'),
  DatabaseUnreachable: waiting('DatabaseReady'),
  DatabaseRefused: stalled('DatabaseReady'),
  DatabaseLost: stalled('DatabaseReady'),
  DatabaseNotOwned: stalled('DatabaseReady'),
  DatabaseFenced: waiting('DatabaseReady'),
  ForeignObjects: stalled('DatabaseReady'),
  ConnectionBudget: stalled('DatabaseReady'),
  DatabaseProvisioning: waiting('DatabaseReady'),
  SigningKeysLost: stalled('KeysReady'),
  GeneratingKey: waiting('KeysReady'),
  Migrating: waiting('RuntimeReady'),
  MigrationFailed: stalled('RuntimeReady'),
  RollingOut: waiting('RuntimeReady'),
  RolloutStuck: waiting('RuntimeReady'),
  PodsUnproven: waiting('RuntimeReady'),
  NoExposure: stalled('EndpointReady'),
  GatewayApiMissing: stalled('EndpointReady'),
  RouteNotAccepted: waiting('EndpointReady'),
  IngressClassNotFound: stalled('EndpointReady'),
} as const satisfies Record<string, Row>

export type Reason = keyof typeof reasons

/** Something that keeps the tenant from being what its spec says. */
export interface Finding {
  reason: Reason
  message: string
}

export const isStalled = ({ reason }: Finding): boolean => reasons[reason].stalled
export const onOf = ({ reason }: Finding): On => reasons[reason].on
