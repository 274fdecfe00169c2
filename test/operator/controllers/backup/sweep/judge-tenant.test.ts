import { describe, expect, it } from 'vitest'
import { type BackupName, bundleName } from '../../../../../operator/src/backups/object-name.ts'
import { gather } from '../../../../../operator/src/controllers/backup/sweep/gather.ts'
import {
  type TenantLook,
  judgeTenant,
} from '../../../../../operator/src/controllers/backup/sweep/judge-tenant.ts'
import { refKey } from '../../../../../operator/src/controllers/backup/sweep/proof.ts'
import { type StoredObject } from '../../../../../operator/src/providers/backups/port.ts'
import { tenantID } from '../examples.ts'
import { backup, bundleOf, days, installationID, manifestOf, read, today, whole } from './examples.ts'

/** Began 31, 32 and 33 days ago: each is past its date. */
const [a, b, c] = [backup(1, 33), backup(2, 32), backup(3, 31)] as const
const young = backup(4, 1)

function judged(objects: StoredObject[], more: Partial<TenantLook> = {}) {
  const backups = gather(objects, installationID).tenants.get(tenantID) ?? []
  const judgements = judgeTenant(backups, {
    manifests: read(a, b, c, young),
    tenant: { lives: true },
    memory: 'Whole',
    running: new Set(),
    damaged: new Set(),
    now: today,
    ...more,
  })
  const number = (judgement: (typeof judgements)[number]) =>
    'backup' in judgement
      ? judgement.backup.of.sequence
      : Number(/\/0*(\d+)-/.exec(judgement.manifest.name)?.[1])
  return judgements.map((judgement) => `${judgement.verdict} ${number(judgement)}`)
}
const all = (...backups: BackupName[]) => backups.flatMap(whole)

describe('judgeTenant', () => {
  it.each<{ because: string; objects: StoredObject[]; look?: Partial<TenantLook>; is: string[] }>([
    { because: 'a newer one is verified', objects: all(a, b, young), is: ['remove 2', 'remove 1'] },
    {
      because: 'the tenant lives, and this is its last',
      objects: all(a, b, c),
      is: ['spare 3', 'remove 2', 'remove 1'],
    },
    {
      because: 'the tenant is gone',
      objects: all(a, b),
      look: { tenant: undefined },
      is: ['remove 2', 'remove 1'],
    },
    {
      because: 'the tenant was erased',
      objects: all(a),
      look: { tenant: { lives: false } },
      is: ['remove 1'],
    },
    { because: 'its day has not come', objects: all(young), is: [] },
    {
      because: 'its moment has come',
      objects: all(a, young),
      look: { now: a.expiresAt },
      is: ['remove 1'],
    },
    {
      because: 'its moment comes next',
      objects: all(a, young),
      look: { now: new Date(a.expiresAt.getTime() - 1) },
      is: [],
    },
    {
      because: 'the newer one has no manifest, so it is no backup',
      objects: [...all(a, b), bundleOf(young)],
      is: ['spare 2', 'remove 1'],
    },
    {
      because: 'the newer one has no bundle any more',
      objects: [...all(a, b), manifestOf(young)],
      is: ['spare 2', 'remove 1'],
    },
    {
      because: 'the newer one was cut',
      objects: [...all(a, b), bundleOf(young, { bytes: 7 }), manifestOf(young)],
      is: ['refuse 4', 'spare 2', 'remove 1'],
    },
    {
      because: 'a drill found the newer one to be damaged',
      objects: all(a, b, young),
      look: { damaged: new Set([bundleName(young)]) },
      is: ['spare 2', 'remove 1'],
    },
    {
      because: "half a backup is nobody's last one, and goes with its date",
      objects: [bundleOf(a), manifestOf(b)],
      is: ['remove 2', 'remove 1'],
    },
    {
      because: 'half a backup that is young may become a whole one',
      objects: [bundleOf(young)],
      is: [],
    },
    {
      because: 'it is being written, by a clock that is set',
      objects: all(a, young),
      look: { running: new Set([bundleName(a)]) },
      is: [],
    },
    {
      because: 'nobody has read the manifest of the newest',
      objects: all(a, b, young),
      look: { manifests: read(a, b) },
      is: ['read 4'],
    },
    {
      because: 'nobody has read any manifest, and nothing is spared',
      objects: all(a, b, young),
      look: { manifests: new Map(), tenant: undefined },
      is: ['read 2', 'read 1'],
    },
    {
      because: 'its manifest was changed, so nothing is concluded from it',
      objects: all(a, young),
      look: {
        manifests: new Map([...read(young), [refKey(manifestOf(a)), { untrusted: 'It was changed.' }]]),
      },
      is: ['refuse 1'],
    },
    {
      because: 'the cluster was rebuilt, and its tenants may come back',
      objects: all(a, b),
      look: { tenant: undefined, memory: 'Lost' },
      is: ['spare 2', 'remove 1'],
    },
    {
      because: 'the cluster was rebuilt, and the tenant is known to be erased',
      objects: all(a),
      look: { tenant: { lives: false }, memory: 'Lost' },
      is: ['remove 1'],
    },
    {
      because: 'the cluster was rebuilt, and the end may have been asked for 89 days ago',
      objects: all(a),
      look: { tenant: undefined, memory: 'Lost', now: days(89, a.startedAt) },
      is: ['remove 1'],
    },
    {
      because: 'the end was asked for, and data are there still',
      objects: all(a),
      look: { tenant: { lives: true, terminatedAt: days(-20) } },
      is: ['spare 1'],
    },
    {
      because: 'the end was asked for 89 days ago',
      objects: all(young),
      look: { tenant: { lives: true, terminatedAt: days(-89) } },
      is: ['remove 4'],
    },
    {
      because: 'a clock ahead of time dated it, and it was stored 89 days ago',
      objects: all(backup(5, -400)).map((object) => ({ ...object, storedAt: days(-89) })),
      look: { manifests: read(backup(5, -400)), tenant: undefined },
      is: ['remove 5'],
    },
  ])('$is: $because', ({ objects, look, is }) => {
    expect(judged(objects, look)).toEqual(is)
  })
})
