import { masterSecret } from '../../../api/v1alpha1/names.ts'
import { type BackupsObserved, type Place } from '../observed.ts'
import { type BackupFinding } from '../reasons.ts'
import { type Run } from '../run.ts'
import { type BackupStep } from '../steps.ts'

/** What has to be made, or mended by a person, before backups of this tenant can be. */
export function mendsOf(
  { runs }: BackupsObserved,
  { tenant, tenantID, master, needs }: Place,
  open: readonly Run[],
): { step: BackupStep } | { finding: BackupFinding } | undefined {
  const secret = masterSecret.backups(tenantID)
  if (master.state === 'unreadable')
    return lost(`Secret ${secret} in the operator's namespace does not hold what was written into it.`)
  if (master.state === 'absent') {
    // A number was given once: a new identity would leave what was encrypted to the old one without its key.
    const hadSome =
      tenant.status.backups?.lastSequence !== undefined ||
      runs.some(({ status }) => status.tenantID === tenantID && status.sequence !== undefined)
    return hadSome
      ? lost(`Secret ${secret} in the operator's namespace is gone.`)
      : { step: { do: 'makeMaster' } }
  }
  if (open.length === 0 || !needs) return undefined
  const { installation, missing } = needs
  if (installation.state === 'unmade') return { step: { do: 'makeInstallationKey' } }
  if (installation.state === 'unrecorded')
    return { step: { do: 'recordInstallationKey', keys: installation.keys } }
  if (installation.state === 'lost')
    return { finding: { reason: 'InstallationKeyLost', message: installation.message } }
  return missing && { finding: missing }
}

const lost = (what: string): { finding: BackupFinding } => ({
  finding: {
    reason: 'BackupIdentityLost',
    message: `What opens this tenant's backups is lost, and nothing is made in its place. ${what} Put it back from where you keep it.`,
  },
})
