/** What the policies refuse of restores, and of what only a schedule makes. */
import { type Actors, backup, path, restore } from './actors.ts'
import { type Refusal } from './refusals-of-backups.ts'

export const restoreRefusals: Refusal[] = [
  ...[
    { made: restore('mine'), because: 'the operator pretends that somebody asked for a drill' },
    {
      made: restore('in-place', { mode: 'InPlace' }),
      because: 'the operator puts a backup in the place of a tenant by itself',
    },
  ].map(({ made, because }) => ({
    policy: 'kiavi-operator-objects',
    rule: 8,
    act: ({ operator }: Actors) => operator.call('POST', path.restores(), made),
    says: 'of KiaviRestores the operator makes and takes away the drills of its schedule',
    because,
  })),
  {
    policy: 'kiavi-operator-objects',
    rule: 8,
    act: async ({ developer, operator }) => {
      await developer.call('POST', path.restores(), restore('asked-for-by-dora'))
      await operator.call('DELETE', `${path.restores()}/asked-for-by-dora`)
    },
    says: 'of KiaviRestores the operator makes and takes away the drills of its schedule',
    because: 'the operator takes away what somebody asked for',
  },
  ...[
    {
      made: restore('k3x9q7w2ab-once', { reason: 'Scheduled', slot: '2026-11-22T02:00:00Z' }),
      rule: 0,
      says: 'leave reason and slot out: only the operator makes what a schedule asks for',
      because: 'a person makes a drill of the schedule',
    },
    {
      made: restore('k3x9q7w2ab-drill-202611220200'),
      rule: 1,
      says: "choose another name: those of a tenant ID and a moment are the schedule's",
      because: 'a drill of a person stands where one of the schedule would',
    },
  ].map(({ made, ...row }) => ({
    policy: 'kiavi-schedules',
    act: ({ developer }: Actors) => developer.call('POST', path.restores(), made),
    ...row,
  })),
  {
    policy: 'kiavi-schedules',
    rule: 0,
    act: ({ developer }) =>
      developer.call(
        'POST',
        path.backups(),
        backup('once', { reason: 'Scheduled', slot: '2026-11-22T02:00:00Z' }),
      ),
    says: 'leave reason and slot out: only the operator makes what a schedule asks for',
    because: 'a person makes a backup of the schedule',
  },
]
