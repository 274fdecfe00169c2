/** What the policies refuse about backups, restores, their Jobs and their stores. */
import { type Actors, backup, job, path, restore } from './actors.ts'

export interface Refusal {
  policy: string
  /** Which of its validations, from 0. */
  rule: number
  act: (actors: Actors) => Promise<unknown>
  says: string
  because: string
}

export const refusalsOfBackups: Refusal[] = [
  {
    policy: 'kiavi-class-deletion',
    rule: 1,
    act: ({ admin }) => admin.call('DELETE', `${path.classes}/stored`),
    says: '2 backup(s) lie in the store of class stored',
    because: 'a class goes whose backups nobody else takes away',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 6,
    act: ({ operator }) => operator.call('POST', path.backups(), backup('mine')),
    says: 'of KiaviBackups the operator makes those of the schedule',
    because: 'the operator pretends that somebody asked for a backup',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 6,
    act: ({ operator }) => operator.call('DELETE', `${path.backups()}/kept`),
    says: 'deletes those that are gone from the store or came to nothing',
    because: 'the operator forgets a backup that is there',
  },
  ...[
    { made: job('self', 'kiavi-operator'), because: 'its Job has rights' },
    { made: job('token', 'kiavi-jobs', true), because: 'its Job has a token' },
  ].map(({ made, because }) => ({
    policy: 'kiavi-operator-objects',
    rule: 7,
    act: ({ operator }: Actors) => operator.call('POST', path.jobs('kiavi-system'), made),
    says: "in its own namespace the operator's Jobs run as kiavi-jobs, without a token",
    because,
  })),
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
