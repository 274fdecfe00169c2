import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TenantClassStatus } from '../../../operator/src/api/v1alpha1/tenant-class.ts'
import { bundleName, wholeSeconds } from '../../../operator/src/backups/object-name.ts'
import { createS3Store } from '../../../operator/src/providers/backups/s3.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { once } from '../../support/backup-store/put-backup.ts'
import { eventually } from '../../support/eventually.ts'
import { daysFromNow, forgetSweeps, recordBackup } from '../../support/expired-backup.ts'
import { customers, operatorNamespace } from '../../support/operator-world/names.ts'
import { untilTenant } from '../../support/ready-tenants.ts'
import { StoreLab } from '../../support/store-lab.ts'
import { storedNames } from '../../support/backup-store/stored.ts'
import { backup } from '../../support/workflows/backup.ts'

const kiavi = '/apis/kiavi.eu/v1alpha1'
const backups = `${kiavi}/namespaces/${customers}/kiavibackups`
const patienceMs = 120_000

describe('sweeps of a class', () => {
  let lab: StoreLab
  beforeAll(async () => {
    lab = await StoreLab.start()
    await lab.startOperator()
  })
  afterAll(() => lab.stop())

  const classStatus = async () =>
    (
      await lab.world.controlPlane.client.call<{ status?: TenantClassStatus }>(
        'GET',
        `${kiavi}/kiavitenantclasses/default`,
      )
    ).status ?? {}
  const says = async (type: string) => {
    const { conditions = [] } = await classStatus()
    const { status, reason } = conditions.find((each) => each.type === type) ?? {}
    return `${status ?? ''}/${reason ?? ''}`
  }

  it('take away what is past its date, within the rights of the chart, and the class and KiaviBackups say so', async () => {
    const { client } = lab.world.controlPlane
    const tenant = lab.newTenant()
    await backup.prepare?.(lab, tenant)
    await untilTenant(lab, tenant, {
      what: 'its ID',
      isSo: async () => (await lab.tenantID(tenant)) !== undefined,
    })
    const tenantID = (await lab.tenantID(tenant)) ?? ''
    // While nobody works: what a sweep in another month would find.
    await lab.world.operator.stop()
    // What a process says that is stopped in the middle of something is no matter here.
    await lab.complaints()
    const { data } = await client.call<KubeJson & { data: { id: string } }>(
      'GET',
      `/api/v1/namespaces/${operatorNamespace}/secrets/installation`,
    )
    const installationID = Buffer.from(data.id, 'base64').toString('utf8')
    const old = {
      installationID,
      tenantID,
      sequence: 77,
      startedAt: daysFromNow(-40),
      expiresAt: daysFromNow(-10),
    }
    const store = createS3Store(lab.store.options())
    await store.put({ name: bundleName(old), expiresAt: old.expiresAt }, once('half of a backup'))
    store.close()
    const of = { tenantName: tenant.name, tenantID, sequence: 77 }
    await recordBackup(
      lab,
      { name: 'old', ...of },
      { object: bundleName(old), expiresAt: wholeSeconds(old.expiresAt) },
    )
    await recordBackup(lab, { name: 'gone', ...of }, { removedAt: wholeSeconds(daysFromNow(-8)) })
    await forgetSweeps(lab)
    await lab.world.operator.start()

    await eventually(
      'The KiaviBackup saying that its backup is gone',
      async () => {
        const { status } = await client.call<{ status: { removedAt?: string } }>('GET', `${backups}/old`)
        return status.removedAt !== undefined
      },
      patienceMs,
    )
    expect(await storedNames(lab.store)).not.toContain(bundleName(old))
    await eventually(
      'The KiaviBackup being forgotten whose backup has been gone for long',
      async () => (await client.find(`${backups}/gone`)) === undefined,
      patienceMs,
    )
    await eventually(
      'The class saying so',
      async () => (await says('BackupsExpire')) === 'True/Swept',
      patienceMs,
    )
    expect(await says('BackupStoreReady')).toBe('True/StoreUsable')
    expect((await classStatus()).backups).toMatchObject({ backups: 1, spared: 0, refused: 0, denied: 0 })
    expect(await lab.complaints()).toEqual([])
  })
})
