import { describe, expect, it } from 'vitest'
import { endState, endStateDifference } from './end-state.ts'
import { maskNames, maskRandom } from './mask.ts'

const acme = { name: 'acme', host: 'auth.acme.test', tenantID: 'k3x9q7w2ab' }

describe('endState', () => {
  it('tells what is new, another or gone, without the names of the tenant', () => {
    const before = new Map([
      ['namespaces customers', '{}'],
      ['secrets a/old', '{}'],
      ['database postgres', '{}'],
    ])
    const after = new Map([
      ['namespaces customers', '{"holds":true}'],
      ['database postgres', '{}'],
      ['namespaces kiavi-k3x9q7w2ab', '{"owner":"customers/acme","host":"auth.acme.test"}'],
    ])
    expect(endState(before, after, acme)).toEqual([
      '+ namespaces kiavi-<id>: {"owner":"customers/<name>","host":"<host>"}',
      '- secrets a/old',
      '~ namespaces customers: {"holds":true}',
    ])
  })
})

describe('endStateDifference', () => {
  it.each([
    { because: 'nothing differs', seen: ['a', 'b'], says: [] },
    { because: 'one is gone', seen: ['a'], says: ['missing: b'] },
    { because: 'one is left over', seen: ['a', 'b', 'c'], says: ['unexpected: c'] },
    { because: 'two bear one masked name', seen: ['a', 'a', 'b'], says: ['unexpected: a'] },
  ])('$because', ({ seen, says }) => {
    expect(endStateDifference(['a', 'b'], seen)).toEqual(says)
  })

  it('shows of a thing that is another where it differs first', () => {
    expect(endStateDifference(['+ a: x1'], ['+ a: x2'])).toEqual([
      'differs: + a: ...+ a: x1... became ...+ a: x2...',
    ])
  })
})

describe('maskRandom', () => {
  it.each([
    ['uid 0b6f8c1e-1f5e-4a7b-9b1a-2f4c5d6e7f80', 'uid <uid>'],
    ['since 2026-11-22T02:00:00Z and 2026-11-22T02:00:00.123456Z', 'since <time> and <time>'],
    ['keys/NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs.pem', 'keys/<kid>.pem'],
    ['configmaps kiavi-system/claim-host-ab12cd34', 'configmaps kiavi-system/claim-host-<hash>'],
    ['ReplicaSet "runtime-6d4cf56db6" has', 'ReplicaSet "runtime-<revision>" has'],
    ['clusterIP 10.96.12.7, from 10.98.0.0/16', 'clusterIP <ip>, from 10.98.0.0/16'],
    ['issuer https://auth.acme.test, replicas 2', 'issuer https://auth.acme.test, replicas 2'],
  ])('%s', (text, masked) => {
    expect(maskRandom(text)).toBe(masked)
  })
})

describe('maskNames', () => {
  it('takes the host for a host though the name is in it', () => {
    expect(maskNames('https://auth.acme.test acme kiavi_k3x9q7w2ab_app', acme)).toBe(
      'https://<host> <name> kiavi_<id>_app',
    )
  })
})
