import { child } from '../../../api/v1alpha1/names.ts'
import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { compare } from '../compare/compare.ts'
import { type SecretsSeen } from '../observed.ts'
import { type TenantPorts } from '../ports.ts'
import { databaseMaster } from '../secrets/database-master.ts'
import { mountedAppPassword, mountedKeys, mountedOwnerPassword, mountedRegistry } from '../secrets/mounted.ts'
import { type MountedKeys, signingKeysMaster } from '../secrets/signing-keys-master.ts'
import { type Tenant } from '../tenant.ts'
import { type Vault } from '../vault.ts'

interface Around {
  vault: Vault
  /** We have rights in the tenant's namespace. */
  admitted: boolean
  ports: TenantPorts
  class: TenantClassSpec
}

/** What the tenant's Secrets are like, without a byte of what is in them. */
export async function observeSecrets(
  tenant: Tenant,
  tenantID: string,
  { vault, ports, admitted, class: tenantClass }: Around,
): Promise<SecretsSeen> {
  const about = {
    tenantID,
    owner: { namespace: tenant.namespace, name: tenant.name },
    operator: ports.operator,
  }
  const wantsPull = tenantClass.runtime.imagePullSecretName !== undefined
  const mountedSecret = (name: string) => (admitted ? vault.mountedSecret(tenantID, name) : undefined)
  const [passwordsSecret, keysSecret, owner, app, signing, registry] = await Promise.all([
    vault.passwordsSecret(tenantID),
    vault.keysSecret(tenantID),
    mountedSecret(child.databaseOwner),
    mountedSecret(child.databaseApp),
    mountedSecret(child.signingKeys),
    wantsPull ? mountedSecret(child.pullSecret) : undefined,
  ])
  const passwords = await vault.passwords(tenantID)
  const keys = await vault.keys(tenantID)
  const credentials = await vault.classCredentials(tenantClass)
  const dockerConfig = 'missing' in credentials ? undefined : credentials.dockerConfig
  const maxAge = tenant.spec?.signingKeys.jwksMaxAgeSeconds ?? 300
  return {
    passwords: master(passwordsSecret, passwords && databaseMaster(about, passwords)),
    keys: master(keysSecret, keys && signingKeysMaster(about, keys)),
    ledger: keys?.ledger,
    mountedKeySet: named(admitted ? await vault.mountedKeys(tenantID) : undefined),
    unseen: !admitted,
    mounted: {
      'database-owner': mounted(owner, passwords && mountedOwnerPassword(about, passwords)),
      'database-app': mounted(app, passwords && mountedAppPassword(about, passwords)),
      'signing-keys': mounted(signing, keys && mountedKeys(about, keys, maxAge)),
      registry: mounted(
        registry,
        dockerConfig === undefined ? undefined : mountedRegistry(about, dockerConfig),
      ),
    },
  }
}

function master(live: KubeObject | undefined, desired: KubeObject | undefined): SecretsSeen['passwords'] {
  if (!live) return 'absent'
  if (!desired) return 'unreadable'
  return compare(desired, live).length === 0 ? 'whole' : 'edited'
}

function mounted(
  live: KubeObject | undefined,
  desired: KubeObject | undefined,
): 'absent' | 'different' | 'current' {
  if (!live) return 'absent'
  return desired && compare(desired, live).length === 0 ? 'current' : 'different'
}

const named = (mounted: MountedKeys | undefined) =>
  mounted && { activeKid: mounted.set.activeKid, kids: mounted.set.keys.map(({ kid }) => kid) }
