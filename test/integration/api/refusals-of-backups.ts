/** What the policies refuse about backups, their Jobs and their stores. */
import { type Actors, backup, job, path } from './actors.ts'

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
]
