import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  bareSecret,
  installationDigests,
  listOf,
  tenantDigests,
} from '../../../../operator/src/controllers/recovery/contents.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'

const secret: KubeObject = {
  ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { identity: 'aQ==' } },
  metadata: {
    ...{ name: 'tenant-k3x9q7w2ab-backups', namespace: 'kiavi-system', uid: 'u', resourceVersion: '7' },
    ...{ creationTimestamp: '2026-01-01T00:00:00Z', labels: { app: 'kiavi' } },
    annotations: {
      'kiavi.eu/owner': 'customers/acme',
      'kiavi.eu/recovery': '{}',
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"identity":"aQ=="}}',
    },
  },
}

describe('bareSecret', () => {
  it('is what another cluster can make: nothing that this one gave it, and no second copy of the secret', () => {
    expect(bareSecret(secret)).toEqual({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { identity: 'aQ==' } },
      metadata: {
        ...{ name: 'tenant-k3x9q7w2ab-backups', namespace: 'kiavi-system', labels: { app: 'kiavi' } },
        annotations: { 'kiavi.eu/owner': 'customers/acme' },
      },
    })
  })
})

describe('listOf', () => {
  it('is a List of Kubernetes, in YAML too', () => {
    expect(parse(listOf([secret]))).toEqual({ apiVersion: 'v1', kind: 'List', items: [bareSecret(secret)] })
  })
})

describe('tenantDigests', () => {
  const ledger = { sequence: 1, slots: [], newest: { sequence: 1 } }
  const of = (change: object = {}, journal = [['line']], recipients = ['age1']) =>
    tenantDigests({ identity: 'i', ledger, ...change }, journal, recipients)
  it.each([
    { change: of({ identity: 'j' }), because: 'it opens other backups' },
    { change: of({ ledger: { newest: { sequence: 2 } } }), because: 'another backup is the newest' },
    { change: of({}, [['line']], ['age2']), because: 'somebody else shall open it' },
  ])('has another core where $because', ({ change, because }) => {
    expect(change.core, because).not.toBe(of().core)
    expect(change.journal).toBe(of().journal)
  })

  it('has the same core while a backup is under way, or the journal grows', () => {
    expect(of({ ledger: { ...ledger, sequence: 2, current: { run: 'r', sequence: 2 } } })).toEqual(of())
    const grown = of({}, [['line', 'another'], ['third']])
    expect(grown).toMatchObject({ core: of().core, parts: 2 })
    expect(grown.journal).not.toBe(of().journal)
  })
})

describe('installationDigests', () => {
  it('changes with what is in it and with who opens it, not with what is noted on it', () => {
    const noted = { ...secret, metadata: { ...secret.metadata, annotations: {} } }
    expect(installationDigests([noted], ['age1'])).toEqual(installationDigests([secret], ['age1']))
    expect(installationDigests([secret], ['age2'])).not.toEqual(installationDigests([secret], ['age1']))
    expect(installationDigests([{ ...secret, data: {} }], ['age1'])).not.toEqual(
      installationDigests([secret], ['age1']),
    )
  })
})
