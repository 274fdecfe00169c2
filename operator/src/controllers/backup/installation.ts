import { installationSecret, manager } from '../../api/v1alpha1/names.ts'
import {
  type InstallationKeys,
  installationKey,
  readInstallationKey,
  readInstallationKeys,
} from '../../backups/installation-key.ts'
import { type KubeObject } from '../../kube/port.ts'
import { decode, encode } from '../tenant/secrets/data.ts'

/** What is true of the key that the installation signs with. */
export type InstallationSeen =
  | { state: 'whole'; keys: InstallationKeys }
  /** There never was one. */
  | { state: 'unmade' }
  /** It was made, and a crash came before it was put on record. */
  | { state: 'unrecorded'; keys: InstallationKeys }
  /** Nothing is made in its place: what it signed could not be told from what somebody else did. */
  | { state: 'lost'; message: string }

const files = { privateHalf: 'private.pem', publicHalves: 'keys.json', found: 'found' } as const

/** Compares the key at hand with the installation's record. `record` and `key` are the two Secrets. */
export function judgeInstallation(
  record: KubeObject | undefined,
  key: KubeObject | undefined,
): InstallationSeen {
  const recorded = readRecord(record)
  const present = key && readKey(key)
  if (recorded === 'unreadable')
    return lost('Its public half, key keys.json of Secret installation, cannot be read.')
  if (key && !present)
    return lost(`Secret ${installationSecret.key} does not hold an Ed25519 key as ${files.privateHalf}.`)
  if (!record) return lost('Secret installation is gone; the operator makes it again when it is restarted.')
  if (!recorded) {
    if (present) return { state: 'unrecorded', keys: present }
    return decode(record['data'])[files.found] === undefined
      ? { state: 'unmade' }
      : lost('Both its Secret and the record of it are gone.')
  }
  const newest = recorded.keys.at(-1)?.kid
  if (!present) return lost(`Secret ${installationSecret.key} is gone; it held key ${newest ?? ''}.`)
  return present.keys[0]?.kid === newest
    ? { state: 'whole', keys: recorded }
    : lost(`Secret ${installationSecret.key} holds another key than ${newest ?? ''}.`)
}

/** What the installation signed with, by its record: enough to tell what is genuine, also where the private half is lost. */
export function recordedKeys(record: KubeObject | undefined): InstallationKeys | undefined {
  const keys = readRecord(record)
  return keys === 'unreadable' ? undefined : keys
}

/** The Secret with the private half. */
export const installationKeySecret = (pem: string, namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: installationSecret.key,
    namespace,
    labels: { 'app.kubernetes.io/managed-by': manager },
  },
  type: 'Opaque',
  data: encode({ [files.privateHalf]: pem }),
})

/** The private half of a Secret that was judged whole. */
export const readInstallationPem = (secret: KubeObject): string =>
  decode(secret['data'])[files.privateHalf] ?? ''

/** The record with the key's public half in it. */
export const recordedInstallation = (record: KubeObject, keys: InstallationKeys): KubeObject => ({
  ...record,
  data: {
    ...(record['data'] as Record<string, string> | undefined),
    ...encode({ [files.publicHalves]: JSON.stringify(keys) }),
  },
})

/** The public half of every key that the installation signed with; `unreadable` where they were changed. */
export function readRecord(record: KubeObject | undefined): InstallationKeys | 'unreadable' | undefined {
  const text = decode(record?.['data'])[files.publicHalves]
  if (text === undefined) return undefined
  try {
    return readInstallationKeys(JSON.parse(text))
  } catch {
    return 'unreadable'
  }
}

function readKey(secret: KubeObject): InstallationKeys | undefined {
  try {
    const pem = decode(secret['data'])[files.privateHalf] ?? ''
    return { keys: [installationKey(readInstallationKey(pem))] }
  } catch {
    return undefined
  }
}

const lost = (what: string): InstallationSeen => ({
  state: 'lost',
  message: `The installation's key is lost, and nothing is made in its place: backups are signed with it. ${what} Put it back from where you keep it.`,
})
