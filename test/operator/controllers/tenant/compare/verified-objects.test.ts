import { describe, expect, it } from 'vitest'
import { project } from '../../../../../operator/src/controllers/tenant/compare/projection.ts'
import { VerifiedObjects } from '../../../../../operator/src/controllers/tenant/compare/verified-objects.ts'
import { type KubeObject } from '../../../../../operator/src/kube/port.ts'

const object = (uid: string, data: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', uid },
  data,
})
const desired = object('')

describe('VerifiedObjects', () => {
  it('knows an object again, until it, its identity or what is wanted changes', () => {
    const verified = new VerifiedObjects()
    verified.remember(desired, project(object('u')))
    expect(verified.has(desired, project(object('u')))).toBe(true)
    expect(verified.has(desired, project(object('u', { a: '1' })))).toBe(false)
    expect(verified.has(desired, project(object('other')))).toBe(false)
    expect(verified.has(object('', { b: '2' }), project(object('u')))).toBe(false)
  })

  it('is bounded: the one that was asked for least lately goes first', () => {
    const verified = new VerifiedObjects(2)
    for (const uid of ['a', 'b']) verified.remember(desired, project(object(uid)))
    verified.has(desired, project(object('a')))
    verified.remember(desired, project(object('c')))
    expect(['a', 'b', 'c'].map((uid) => verified.has(desired, project(object(uid))))).toEqual([
      true,
      false,
      true,
    ])
  })
})
