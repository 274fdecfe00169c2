import { describe, expect, it } from 'vitest'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'
import { messageOf, minuteMs, readyOf, restoreWorld, settle } from './restore-world.ts'

const secretKey = (secret: string) => keyOf('Secret', { namespace: operator.namespace, name: secret })
const other = 'baaaaaaaa1'

describe('judgeRestore', () => {
  const refusals: { spec: object; says: string; because: string }[] = [
    {
      spec: { sourceTenantID: other },
      says: `${other} is not KiaviTenant acme`,
      because: 'a template restores the wrong tenant in place',
    },
    {
      spec: { mode: 'NewTenant' },
      says: 'write mode: InPlace',
      because: 'the tenant itself is no new one',
    },
    {
      spec: { sequence: 7 },
      says: 'Backup 7 was never made here',
      because: 'no such backup',
    },
    {
      spec: { sequence: 1, confirmedStartedAt: '2026-01-02T00:00:00Z' },
      says: 'Backup 1 began at 2026-01-01T00:00:00Z',
      because: 'another backup is meant than is named',
    },
  ]
  it.each(refusals)('refuses before anything is touched: $because', async ({ spec, says }) => {
    const one = restoreWorld()
    one.ask('back', spec)
    await one.look()
    expect(readyOf(one.status('back'))).toBe('False/Refused')
    expect(messageOf(one.status('back'))).toContain(says)
    expect([one.jobs(), one.aside.databases, one.ledger()]).toEqual([[], [], undefined])
  })

  describe('into a new tenant', () => {
    const spec = { mode: 'NewTenant', sourceTenantID: other }

    it("takes another one's backup, with what opens that, and with its journal", async () => {
      const one = restoreWorld()
      one.addBackups(other)
      one.ask('copy', spec)
      await one.look()
      const [job] = one.jobs()
      const volumes = JSON.stringify(job?.['spec'])
      expect(volumes).toContain(masterSecret.backups(other))
      expect(volumes).not.toContain(masterSecret.backups(tenantID))
      expect(volumes).toContain(masterSecret.database(tenantID))
      await settle(one)
      expect(readyOf(one.status('copy'))).toBe('True/Completed')
    })

    it('refuses one of another namespace', async () => {
      const one = restoreWorld()
      one.addBackups(other, { namespace: 'others' })
      one.ask('copy', spec)
      await one.look()
      expect(readyOf(one.status('copy'))).toBe('False/Refused')
      expect(messageOf(one.status('copy'))).toContain('is not a tenant of this namespace')
    })

    it('refuses where people are', async () => {
      const one = restoreWorld()
      one.addBackups(other)
      one.signUp()
      one.ask('copy', spec)
      await one.look()
      expect(readyOf(one.status('copy'))).toBe('False/Refused')
    })

    it('leaves alone a tenant that somebody signed up at meanwhile', async () => {
      const one = restoreWorld()
      one.addBackups(other)
      one.ask('copy', spec)
      await one.look()
      one.signUp()
      await settle(one)
      expect(readyOf(one.status('copy'))).toBe('False/Refused')
      expect(one.aside.own).toMatchObject({ holds: 'what people did today', mayConnect: { length: 4 } })
    })

    it('says what is missing where nothing opens the backup, and goes on once it is there', async () => {
      const one = restoreWorld()
      one.ask('copy', spec)
      const { againMs } = await one.look()
      expect(readyOf(one.status('copy'))).toBe('False/BackupIdentityLost')
      expect(againMs).toBeLessThanOrEqual(minuteMs)
      one.addBackups(other)
      await settle(one)
      expect(readyOf(one.status('copy'))).toBe('True/Completed')
    })
  })

  describe('after the loss of a cluster', () => {
    it('looks into the store, and asks a person to confirm what it found', async () => {
      const one = restoreWorld()
      one.addBackups(other, { remembers: false })
      one.ask('copy', { mode: 'NewTenant', sourceTenantID: other })
      await settle(one)
      expect(readyOf(one.status('copy'))).toBe('False/Refused')
      expect(messageOf(one.status('copy'))).toContain('write confirmedStartedAt: 2026-01-02T00:00:00Z')
      expect(one.aside.databases).toEqual([])
    })

    it('restores what was confirmed, and remembers from then on what lies in the store', async () => {
      const one = restoreWorld()
      one.addBackups(tenantID, { remembers: false })
      for (const key of one.cluster.objects.keys())
        if (key.startsWith('KiaviBackup')) one.cluster.objects.delete(key)
      one.ask('back', { confirmedStartedAt: '2026-01-02T00:00:00Z' })
      await settle(one)
      expect(readyOf(one.status('back'))).toBe('True/Completed')
      const master = one.cluster.objects.get(secretKey(masterSecret.backups(tenantID)))
      const text = Buffer.from((master?.['data'] as Record<string, string>)['ledger.json']!, 'base64')
      expect(JSON.parse(text.toString())).toMatchObject({ sequence: 2, newest: { sequence: 2 } })
    })
  })
})
