import { describe, expect, it } from 'vitest'
import { gather } from '../../../../../operator/src/controllers/backup/sweep/gather.ts'
import {
  type OfflineLook,
  judgeOffline,
} from '../../../../../operator/src/controllers/backup/sweep/judge-offline.ts'
import { type StoredObject } from '../../../../../operator/src/providers/backups/port.ts'
import { tenantID } from '../examples.ts'
import { days, installationID, segmentName, setName, stored, today } from './examples.ts'

const lives = { lives: true }
const judged = (objects: StoredObject[], more: Partial<OfflineLook> = {}) => {
  const all = gather(objects, installationID).offline.get(tenantID) ?? []
  const look = { tenant: lives, memory: 'Whole' as const, now: today, oldestKept: undefined, ...more }
  return judgeOffline(all, look).map(({ verdict, of }) => `${verdict} ${of.name}`)
}
const segment = (number: number, age: number) => stored(segmentName(number, age), days(-age))
const set = (number: number, age: number, more: Partial<StoredObject> = {}) =>
  stored(setName(number, age), days(-age), more)
const unknown = { tenant: undefined }

describe('judgeOffline', () => {
  describe('of a segment of the journal', () => {
    it.each<{ because: string; age: number; more?: Partial<OfflineLook>; is: string | undefined }>([
      { because: 'its date has not come', age: 29, is: undefined },
      { because: 'its date has come', age: 30, is: 'remove' },
      {
        because: 'a backup stays that does not know what is in it',
        age: 40,
        more: { oldestKept: days(-50) },
        is: 'spare',
      },
      {
        because: 'a backup stays that began in the same moment',
        age: 40,
        more: { oldestKept: days(-40) },
        is: 'spare',
      },
      { because: 'every backup that stays is newer', age: 40, more: { oldestKept: days(-39) }, is: 'remove' },
      {
        because: 'nothing is known of its tenant, and no backup of it is there',
        age: 30,
        more: unknown,
        is: 'remove',
      },
    ])('says $is: $because', ({ age, more, is }) => {
      expect(judged([segment(1, age)], more)).toEqual(is ? [`${is} ${segmentName(1, age)}`] : [])
    })
  })

  describe('of a recovery set', () => {
    it('leaves the only one of a tenant that lives, whatever its date', () => {
      expect(judged([set(1, 29)])).toEqual([])
      expect(judged([set(1, 400)])).toEqual([`spare ${setName(1, 400)}`])
    })

    it('removes an older one a day after the newer was stored, and not before', () => {
      const moment = new Date(days(-1).getTime() + 1)
      expect(judged([set(1, 9), set(2, 1)])).toEqual([`remove ${setName(1, 9)}`])
      expect(judged([set(1, 9), stored(setName(2, 1), moment)])).toEqual([])
    })

    it('counts from the first that took its place, however many came since', () => {
      expect(judged([set(1, 9), set(2, 2), set(3, 0)])).toEqual([`remove ${setName(1, 9)}`])
    })

    it.each<{ because: string; objects: StoredObject[] }>([
      {
        because: 'who lost count and began with 1 again replaces nothing, and is not replaced',
        objects: [set(57, 9), set(1, 2)],
      },
      {
        because: 'what somebody deleted takes the place of none',
        objects: [set(1, 9), set(2, 5, { state: 'hidden' }), set(2, 5, { version: 'm', state: 'marker' })],
      },
      { because: 'a segment of the journal is no recovery set', objects: [set(1, 9), segment(8, 5)] },
    ])('removes nothing: $because', ({ objects }) => {
      expect(judged(objects)).toEqual([])
    })

    it.each<{ because: string; more: Partial<OfflineLook>; age: number; is: string }>([
      { because: 'its tenant is gone', more: unknown, age: 30, is: 'remove' },
      { because: 'its tenant is being erased', more: { tenant: { lives: false } }, age: 30, is: 'remove' },
      {
        because: 'the cluster was lost, and its tenant may come back',
        more: { ...unknown, memory: 'Lost' },
        age: 88,
        is: 'spare',
      },
      {
        because: 'the cluster was lost, and nothing may be there for longer',
        more: { ...unknown, memory: 'Lost' },
        age: 89,
        is: 'remove',
      },
      {
        because: "its tenant's end was asked for 88 days ago",
        more: { tenant: { lives: true, terminatedAt: days(-88) } },
        age: 100,
        is: 'spare',
      },
      {
        because: "its tenant's end was asked for 89 days ago",
        more: { tenant: { lives: true, terminatedAt: days(-89) } },
        age: 100,
        is: 'remove',
      },
    ])('says $is: $because', ({ more, age, is }) => {
      expect(judged([set(1, age)], more)).toEqual([`${is} ${setName(1, age)}`])
    })

    it('removes at its date what is only there as an old version', () => {
      expect(judged([set(1, 29, { state: 'hidden' })])).toEqual([])
      expect(judged([set(1, 30, { state: 'hidden' })])).toEqual([`remove ${setName(1, 30)}`])
    })
  })
})
