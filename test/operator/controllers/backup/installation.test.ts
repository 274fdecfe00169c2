import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  makeInstallationKey,
  installationKey,
  readInstallationKey,
} from '../../../../operator/src/backups/installation-key.ts'
import {
  installationKeySecret,
  judgeInstallation,
  recordedInstallation,
} from '../../../../operator/src/controllers/backup/installation.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'

const namespace = 'kiavi-system'
const recordOf = (data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'installation', namespace },
  data: encode(data),
})
const fresh = recordOf({ id: 'one' })
const foundAgain = recordOf({ id: 'one', found: 'on namespaces' })
const made = () => {
  const pem = makeInstallationKey(randomBytes)
  const keys = { keys: [installationKey(readInstallationKey(pem))] }
  return { keys, secret: installationKeySecret(pem, namespace), record: recordedInstallation(fresh, keys) }
}
const ours = made()
const another = made()

describe('judgeInstallation', () => {
  it.each([
    {
      record: fresh,
      key: undefined,
      state: 'unmade',
      because: 'an installation that never signed gets its key',
    },
    { record: fresh, key: ours.secret, state: 'unrecorded', because: 'a crash came before it was recorded' },
    { record: ours.record, key: ours.secret, state: 'whole', because: 'it is the one on record' },
    { record: ours.record, key: undefined, state: 'lost', because: 'nothing is made in its place' },
    { record: ours.record, key: another.secret, state: 'lost', because: 'somebody put another there' },
    { record: undefined, key: undefined, state: 'lost', because: 'who we are is gone too' },
    { record: undefined, key: ours.secret, state: 'lost', because: 'what was signed before is on no record' },
    { record: foundAgain, key: undefined, state: 'lost', because: 'who was found again had a key' },
    { record: foundAgain, key: ours.secret, state: 'unrecorded', because: 'and it is still there' },
    {
      record: recordOf({ id: 'one', 'keys.json': '{' }),
      key: ours.secret,
      state: 'lost',
      because: 'unreadable',
    },
    { record: ours.record, key: recordOf({ 'private.pem': 'no' }), state: 'lost', because: 'unreadable' },
  ])('says $state: $because', ({ record, key, state }) => {
    expect(judgeInstallation(record, key).state).toBe(state)
  })

  it('keeps the ID in the record, and tells public halves only', () => {
    const text = JSON.stringify(ours.record)
    expect(ours.record['data']).toMatchObject(encode({ id: 'one' }))
    expect(text).not.toContain((ours.secret['data'] as Record<string, string>)['private.pem'])
  })
})
