import { type TenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { child, masterSecret, tenantNamespace } from '../../api/v1alpha1/names.ts'
import { KubeForbidden } from '../../kube/errors.ts'
import { type Cluster, type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type DatabaseServer, type Passwords } from '../../providers/database/port.ts'
import { type KeyCheck } from '../../providers/keys/port.ts'
import { decode } from './secrets/data.ts'
import { readPasswords } from './secrets/database-master.ts'
import {
  type KeyMaterial,
  type MountedKeys,
  readMasterKeys,
  readMountedKeys,
} from './secrets/signing-keys-master.ts'

/** What a class's Secrets hold. */
export interface ClassCredentials {
  server: DatabaseServer
  dockerConfig: string | undefined
}

/** Where the Secrets of one tenant are read, live, and kept for the length of one look. */
export class Vault {
  readonly #cluster: Cluster
  readonly #namespace: string
  readonly #check: KeyCheck
  readonly #read = new Map<string, Promise<KubeObject | undefined>>()

  constructor(cluster: Cluster, operatorNamespace: string, check: KeyCheck) {
    this.#cluster = cluster
    this.#namespace = operatorNamespace
    this.#check = check
  }

  /** Forgets the tenant's own Secrets: they were written, or a new look begins. The class's are kept. */
  forget(tenantID: string): void {
    for (const key of this.#read.keys()) if (key.includes(tenantID)) this.#read.delete(key)
  }

  passwordsSecret = (tenantID: string) => this.#secret(this.#namespace, masterSecret.database(tenantID))
  keysSecret = (tenantID: string) => this.#secret(this.#namespace, masterSecret.signingKeys(tenantID))

  /** Before our role is bound in the namespace nothing can be read there: that is put right like an absence. */
  async mountedSecret(tenantID: string, name: string): Promise<KubeObject | undefined> {
    try {
      return await this.#secret(tenantNamespace(tenantID), name)
    } catch (error) {
      if (error instanceof KubeForbidden) return undefined
      throw error
    }
  }

  async passwords(tenantID: string): Promise<Passwords | undefined> {
    const secret = await this.passwordsSecret(tenantID)
    return secret && readPasswords(secret)
  }

  async keys(tenantID: string): Promise<KeyMaterial | undefined> {
    const secret = await this.keysSecret(tenantID)
    return secret && readMasterKeys(secret, this.#check)
  }

  async mountedKeys(tenantID: string): Promise<MountedKeys | undefined> {
    const secret = await this.mountedSecret(tenantID, child.signingKeys)
    return secret && readMountedKeys(secret, this.#check)
  }

  /** The class's credentials, or which Secret lacks which keys. */
  async classCredentials(
    tenantClass: TenantClassSpec,
  ): Promise<ClassCredentials | { missing: { secret: string; keys: string[] } }> {
    const { database, runtime } = tenantClass
    const admin = await this.#files(database.adminSecretName, ['username', 'password'])
    if ('missing' in admin) return admin
    const ca =
      database.caSecretName === undefined ? undefined : await this.#files(database.caSecretName, ['ca.crt'])
    if (ca && 'missing' in ca) return ca
    const pull =
      runtime.imagePullSecretName === undefined
        ? undefined
        : await this.#files(runtime.imagePullSecretName, ['.dockerconfigjson'])
    if (pull && 'missing' in pull) return pull
    const authority = ca?.files['ca.crt']
    return {
      server: {
        host: database.host,
        port: database.port,
        username: admin.files['username'] ?? '',
        password: admin.files['password'] ?? '',
        ...(authority === undefined ? {} : { ca: authority }),
        tls: database.tls === 'Disable' ? 'disable' : 'verify-full',
      },
      dockerConfig: pull?.files['.dockerconfigjson'],
    }
  }

  async #files(
    secret: string,
    keys: string[],
  ): Promise<{ files: Record<string, string> } | { missing: { secret: string; keys: string[] } }> {
    const object = await this.#secret(this.#namespace, secret)
    const files = decode(object?.['data'])
    return keys.every((key) => (files[key] ?? '') !== '') ? { files } : { missing: { secret, keys } }
  }

  #secret(namespace: string, name: string): Promise<KubeObject | undefined> {
    const key = `${namespace}/${name}`
    const before = this.#read.get(key)
    if (before) return before
    const reading = this.#cluster.get(kinds.Secret, { namespace, name })
    this.#read.set(key, reading)
    // A failed read is not remembered: the next one asks again.
    reading.catch(() => this.#read.delete(key))
    return reading
  }
}
