import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { generatePasswords } from '../../../providers/database/passwords.ts'
import { OperatorError } from '../../errors.ts'
import { type Acting } from '../acting.ts'
import { restoredLedger } from '../keys/restored-ledger.ts'
import { tellTurn } from '../keys/tell-turn.ts'
import { addKey, turnLedger } from '../keys/turn.ts'
import { termsOf } from '../plan/keys.ts'
import { type Rendering } from '../rendering.ts'
import { databaseMaster } from '../secrets/database-master.ts'
import { mountedAppPassword, mountedKeys, mountedOwnerPassword, mountedRegistry } from '../secrets/mounted.ts'
import { type KeyMaterial, pruned, signingKeysMaster } from '../secrets/signing-keys-master.ts'
import { type MountedSecret, type Step } from '../steps.ts'
import { ensureObject } from './ensure-object.ts'

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
  const write = async (secret: KubeObject) => {
    await ensureObject({ kind: kinds.Secret, object: secret }, acting)
    vault.forget(tenantID)
  }
  const when = () => ({ terms: termsOf(spec), now: ports.now() })
  const writeKeys = (material: KeyMaterial) => write(signingKeysMaster(rendering, material))
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
      const { publicKey, privatePem } = await ports.keys.generate(step.bits)
      const { kid } = publicKey
      const ledger = addKey(before?.ledger, publicKey, when())
      await writeKeys({ ledger, pems: { ...before?.pems, [kid]: privatePem } })
      const what = `A ${step.bits}-bit signing key was made: ${kid}.`
      ports.recorder.event(object, 'Normal', 'KeyGenerated', what)
      return
    }
    case 'turnKeys': {
      const before = whole(await vault.keys(tenantID))
      const ledger = turnLedger(before.ledger, step.turn, when())
      await writeKeys(pruned({ ledger, pems: before.pems }))
      const told = tellTurn(step.turn, ledger, when())
      if (told) ports.recorder.event(object, told.type, told.reason, told.message)
      return
    }
    case 'restoreKeys': {
      const { set, pems } = whole(await vault.mountedKeys(tenantID))
      const { terms, now } = when()
      await writeKeys({ ledger: restoredLedger(set, terms, now), pems })
      const what = `The master copy of signing key ${set.activeKid} was gone and was made again from what the pods have mounted.`
      ports.recorder.event(object, 'Warning', 'KeyRestored', what)
      return
    }
    case 'rewriteKeys':
      return writeKeys(whole(await vault.keys(tenantID)))
    case 'mount':
      return write(await mounted(step.secret, acting, rendering))
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
