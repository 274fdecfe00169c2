import { describe, expect, it } from 'vitest'
import { type StoreStatus } from '../../../../operator/src/api/v1alpha1/backup-store.ts'
import { type SweepFacts } from '../../../../operator/src/backups/sweep-report.ts'
import { mergeConditions } from '../../../../operator/src/controllers/conditions.ts'
import { type SweepNote } from '../../../../operator/src/controllers/sweep/note.ts'
import {
  type StoreSeen,
  judgeStore,
  storeStatusOf,
} from '../../../../operator/src/controllers/tenant-class/judge-store.ts'
import { recipient } from '../backup/rendering.ts'

const now = new Date('2026-11-22T14:30:00Z')
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
const facts: SweepFacts = {
  ...{ objects: 6, bytes: 900, backups: 3, removed: 2, aborted: 0, spared: 0, refused: 0, refusedFirst: '' },
  ...{ denied: 0, deniedWhy: '', oldestExpiry: '2026-11-30T02:00:00Z', gone: 'AQ' },
}
const note = (change: Partial<SweepNote> = {}): SweepNote => ({
  ...{ lacks: undefined, memory: 'Whole', clusterID: 'cluster-2', nextAt: hoursAgo(-1) },
  last: { at: hoursAgo(0.5), facts },
  ...change,
})
const found = (change: Partial<SweepFacts>) =>
  note({ last: { at: hoursAgo(0.5), facts: { ...facts, ...change } } })
const failed = (code: string, message = 'It was so.') =>
  note({ last: { at: hoursAgo(0.5), failure: { code, message } } })
const seen = (change: Partial<StoreSeen> = {}): StoreSeen => ({
  ...{ missing: undefined, recoveryRecipient: recipient, note: note() },
  ...change,
})
const swept = (hours: number): StoreStatus => ({
  ...{ sweptAt: hoursAgo(hours).toISOString(), backups: 3, bytes: 900, spared: 0, refused: 0, denied: 0 },
})
const judged = (of: StoreSeen, before: { backups?: StoreStatus | undefined } = {}) => {
  const context = { conditions: [], backups: before.backups }
  const [ready, expire] = judgeStore(of, { operatorNamespace: 'kiavi-system', before: context, now })
  return { ready, expire }
}
const brief = (verdict: { status: string; reason: string } | undefined) =>
  `${verdict?.status ?? ''}/${verdict?.reason ?? ''}`

describe('judgeStore', () => {
  it('says that all is well when a sweep came through', () => {
    const { ready, expire } = judged(seen())
    expect([brief(ready), brief(expire)]).toEqual(['True/StoreUsable', 'True/Swept'])
    expect(judged(seen({ note: found({ spared: 2 }) })).expire?.message).toContain('2 are kept past theirs')
  })

  describe('BackupStoreReady', () => {
    it.each<{ because: string; change: Partial<StoreSeen>; is: string; says: string }>([
      {
        because: 'a Secret is missing',
        change: { missing: { secret: 's', keys: ['accessKeyID', 'secretAccessKey'] } },
        is: 'False/SecretNotFound',
        says: 'Secret s in namespace kiavi-system',
      },
      {
        because: 'a letter of the recipient is another',
        change: { recoveryRecipient: recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q')) },
        is: 'False/RecipientUnreadable',
        says: 'age-keygen -y',
      },
      {
        because: 'the store refuses the credential',
        change: { note: failed('STORE_DENIED', 'The credential is refused.') },
        is: 'False/StoreUnusable',
        says: 'The credential is refused.',
      },
      {
        because: 'no Job has looked yet',
        change: { note: note({ last: undefined }) },
        is: 'Unknown/SweepAwaited',
        says: 'one comes every hour',
      },
      {
        because: 'no backup was ever made',
        change: { note: note({ last: undefined, lacks: 'key' }) },
        is: 'Unknown/SweepAwaited',
        says: 'from the first backup on',
      },
      {
        because: 'the Job was lost with its node, and nothing is known of the store',
        change: { note: failed('JOB_UNHEARD') },
        is: 'Unknown/SweepAwaited',
        says: 'one comes every hour',
      },
    ])('is $is: $because', ({ change, is, says }) => {
      const { ready } = judged(seen(change))
      expect(brief(ready)).toBe(is)
      expect(ready?.message).toContain(says)
    })

    it('asks for no recipient where there need be none, and says what that means', () => {
      const { ready } = judged(seen({ recoveryRecipient: undefined }))
      expect(brief(ready)).toBe('True/StoreUsable')
      expect(ready?.message).toContain('recoveryRecipient is not set')
    })

    it('stands while an operator that was just started knows less than it says', () => {
      const said = judgeStore(seen(), {
        operatorNamespace: 'n',
        before: { conditions: [], backups: undefined },
        now,
      })
      const conditions = mergeConditions([], said, { now, generation: 1 })
      const before = { conditions, backups: swept(0.5) }
      for (const less of [undefined, note({ last: undefined }), failed('JOB_UNHEARD')]) {
        const [ready] = judgeStore(seen({ note: less }), { operatorNamespace: 'n', before, now })
        expect(brief(ready)).toBe('True/StoreUsable')
      }
    })
  })

  describe('BackupsExpire', () => {
    it.each<{ because: string; of: SweepNote | undefined; before?: StoreStatus; is: string; says: string }>([
      {
        because: 'the store denies deleting',
        of: found({ denied: 4, deniedWhy: 'Object is WORM protected.' }),
        is: 'False/DeleteDenied',
        says: '4 objects whose date is past. Object is WORM protected.',
      },
      {
        because: 'the store denies deleting, and holds what is not ours',
        of: found({ denied: 1, refused: 1 }),
        is: 'False/DeleteDenied',
        says: '1 objects',
      },
      {
        because: 'something is not ours',
        of: found({ refused: 2, refusedFirst: 'readme.txt: It lies outside.' }),
        is: 'False/ForeignObjects',
        says: 'readme.txt: It lies outside.',
      },
      {
        because: 'the last sweep failed, and one came through before',
        of: failed('STORE_UNAVAILABLE', 'Silence.'),
        before: swept(2),
        is: 'False/SweepFailing',
        says: 'Silence. The next one, at 2026-11-22T15:30:00Z, makes it good.',
      },
      {
        because: 'none came through ever',
        of: failed('JOB_UNHEARD'),
        is: 'False/SweepFailing',
        says: 'failed',
      },
      {
        because: 'none came through for half a day',
        of: failed('STORE_UNAVAILABLE', 'Silence.'),
        before: swept(13),
        is: 'False/SweepOverdue',
        says: 'The last sweep failed: Silence.',
      },
      {
        because: 'none came through for half a day, and nobody knows why',
        of: undefined,
        before: swept(13),
        is: 'False/SweepOverdue',
        says: 'Nothing was taken away since',
      },
      {
        because: 'what was denied stands, while nothing newer is known',
        of: undefined,
        before: { ...swept(1), denied: 5 },
        is: 'False/DeleteDenied',
        says: '5 objects',
      },
      { because: 'no Job has looked yet', of: undefined, is: 'Unknown/SweepAwaited', says: 'every hour' },
      {
        because: 'nothing can be told to be ours any more',
        of: note({ lacks: 'record' }),
        is: 'False/InstallationKeyLost',
        says: 'Secret installation',
      },
      {
        because: 'the cluster was rebuilt',
        of: note({ memory: 'Lost' }),
        is: 'False/TenantsAwaited',
        says: 'kiavi.eu/tenants-are-back=cluster-2',
      },
    ])('is $is: $because', ({ of, before, is, says }) => {
      const { expire } = judged(seen({ note: of }), { backups: before })
      expect(brief(expire)).toBe(is)
      expect(expire?.message).toContain(says)
    })
  })
})

describe('storeStatusOf', () => {
  it('keeps what the last sweep that came through found', () => {
    expect(storeStatusOf(seen(), undefined)).toEqual({
      ...{ sweptAt: '2026-11-22T14:00:00Z', backups: 3, bytes: 900, spared: 0, refused: 0, denied: 0 },
      oldestExpiry: '2026-11-30T02:00:00Z',
    })
    expect(storeStatusOf(seen({ note: failed('STORE_GONE') }), swept(3))).toEqual(swept(3))
    expect(storeStatusOf(seen({ note: undefined }), swept(3))).toEqual(swept(3))
    expect(storeStatusOf(seen({ note: found({ oldestExpiry: '' }) }), undefined)).not.toHaveProperty(
      'oldestExpiry',
    )
  })
})
