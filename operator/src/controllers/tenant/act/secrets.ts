import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { generatePasswords } from '../../../providers/database/passwords.ts'
import { OperatorError } from '../../errors.ts'
import { type Acting } from '../acting.ts'
import { restoredLedger } from '../keys/restored-ledger.ts'
import { tellTurn } from '../keys/tell-turn.ts'
import { addKey, turnLedger } from '../keys/turn.ts'
import { askedRotation, termsOf } from '../keys/decide-for.ts'
import { type Rendering } from '../rendering.ts'
import { databaseMaster } from '../secrets/database-master.ts'
import { mountedAppPassword, mountedKeys, mountedOwnerPassword, mountedRegistry } from '../secrets/mounted.ts'
import { type KeyMaterial, pruned } from '../secrets/signing-keys-master.ts'
import { type MountedSecret, type Step } from '../steps.ts'
import { readTenant } from '../tenant.ts'
import { ensureObject } from './ensure-object.ts'
import { writeKeys } from './write-keys.ts'

type SecretStep = Extract<
  Step,
  {
    do:
      | 'makePasswords'
      | 'rewritePasswords'
      | 'database'
      | 'generateKey'
      | 'restoreKeys'
      | 'rewriteKeys'
      | 'turnKeys'
      | 'mount'
  }
>

/** The steps through which secret material passes. It goes from the vault to where it belongs, and nowhere else. */
export async function actOnSecrets(step: SecretStep, acting: Acting, rendering: Rendering): Promise<void> {
  const { ports, vault, object } = acting
  const { tenantID, spec } = rendering
  const write = async (secret: KubeObject, before?: KubeObject) => {
    await ensureObject({ kind: kinds.Secret, object: secret, before }, acting)
    vault.forget(tenantID)
  }
  const now = { terms: termsOf(spec), now: ports.now(), rotation: askedRotation(readTenant(object)) }
  switch (step.do) {
    case 'makePasswords':
      return write(databaseMaster(rendering, generatePasswords(ports.random)))
    case 'rewritePasswords':
      return write(databaseMaster(rendering, whole(await vault.passwords(tenantID))))
    case 'database': {
      const { server } = await credentials(acting, rendering)
      const passwords = whole(await vault.passwords(tenantID))
      ports.fence()
      return ports.database.act(server, tenantID, step.step, passwords)
    }
    case 'generateKey': {
      const before = await vault.keys(tenantID)
      // The first one gets its standby at once.
      const count = before ? 1 : 2
      const made = await Promise.all(Array.from({ length: count }, () => ports.keys.generate(step.bits)))
      const after = made.reduce<KeyMaterial | undefined>(
        (material, { publicKey, privatePem }) => ({
          ledger: addKey(material?.ledger, publicKey, now),
          pems: { ...material?.pems, [publicKey.kid]: privatePem },
        }),
        before,
      )
      await writeKeys(whole(after), acting, rendering)
      const kids = made.map(({ publicKey }) => publicKey.kid).join(', ')
      const what = `${count === 1 ? `A ${step.bits}-bit signing key was` : `Two ${step.bits}-bit signing keys were`} made: ${kids}.`
      ports.recorder.event(object, 'Normal', 'KeyGenerated', what)
      return
    }
    case 'turnKeys': {
      const before = whole(await vault.keys(tenantID))
      const ledger = turnLedger(before.ledger, step.turn, now)
      await writeKeys(pruned({ ledger, pems: before.pems }), acting, rendering)
      const told = tellTurn(step.turn, ledger, now)
      if (told) ports.recorder.event(object, told.type, told.event, told.message)
      return
    }
    case 'restoreKeys': {
      const { set, pems } = whole(await vault.mountedKeys(tenantID))
      await writeKeys({ ledger: restoredLedger(set, now), pems }, acting, rendering)
      const what = `The master copy of signing key ${set.activeKid} was gone and was made again from what the pods have mounted.`
      ports.recorder.event(object, 'Warning', 'KeyRestored', what)
      return
    }
    case 'rewriteKeys':
      return writeKeys(whole(await vault.keys(tenantID)), acting, rendering)
    case 'mount': {
      // The mounted copy is read before the master: a newer one that somebody mounts meanwhile stays.
      vault.forget(tenantID)
      const before = await vault.mountedSecret(tenantID, step.secret)
      return write(await mounted(step.secret, acting, rendering), before)
    }
  }
}

async function mounted(secret: MountedSecret, acting: Acting, rendering: Rendering): Promise<KubeObject> {
  const { vault } = acting
  const { tenantID, spec } = rendering
  switch (secret) {
    case 'signing-keys':
      return mountedKeys(rendering, whole(await vault.keys(tenantID)), spec.signingKeys.jwksMaxAgeSeconds)
    case 'database-app':
      return mountedAppPassword(rendering, whole(await vault.passwords(tenantID)))
    case 'database-owner':
      return mountedOwnerPassword(rendering, whole(await vault.passwords(tenantID)))
    case 'registry':
      return mountedRegistry(rendering, whole((await credentials(acting, rendering)).dockerConfig))
  }
}

async function credentials({ vault }: Acting, { class: tenantClass }: Rendering) {
  const found = await vault.classCredentials(tenantClass)
  if ('missing' in found) throw stale(`Secret ${found.missing.secret} went away.`)
  return found
}

function whole<T>(material: T | undefined): T {
  if (material === undefined) throw stale('A Secret that was there a moment ago is gone or cannot be read.')
  return material
}

const stale = (message: string) =>
  new OperatorError('MASTER_UNREADABLE', `${message} Looking again.`, { retry: 'soon' })
