import { describe, expect, it } from 'vitest'
import { sweepJob } from '../../../../../operator/src/controllers/sweep/children/job.ts'
import { classWithStore, s3 } from '../../backup/rendering.ts'
import { sweepRendering } from '../rendering.ts'

interface Pod {
  automountServiceAccountToken: boolean
  serviceAccountName: string
  containers: {
    name: string
    args: string[]
    env?: unknown
    securityContext: object
    volumeMounts: { mountPath: string }[]
  }[]
  volumes: { name: string; secret?: { secretName: string; items: { key: string }[] } }[]
}
const podOf = (change: Parameters<typeof sweepRendering>[0] = {}) =>
  (sweepJob(sweepRendering(change))['spec'] as { template: { spec: Pod } }).template.spec
const secretsOf = ({ volumes }: Pod) =>
  volumes.flatMap(({ secret }) => secret?.items.map(({ key }) => `${secret.secretName}/${key}`) ?? [])

describe('sweepJob', () => {
  it("mounts the store's credential, and nothing that opens or signs a backup", () => {
    const store = { s3: { ...s3, caSecretName: 'store-ca' } }
    expect(secretsOf(podOf({ class: classWithStore(store) }))).toEqual([
      'store-credentials/accessKeyID',
      'store-credentials/secretAccessKey',
      'store-ca/ca.crt',
    ])
  })

  it('mounts the volume of a class, and no Secret for it', () => {
    const pod = podOf({ class: classWithStore({ volume: { claimName: 'backups' } }) })
    expect(secretsOf(pod)).toEqual([])
    expect(pod.containers[0]?.volumeMounts.map(({ mountPath }) => mountPath)).toContain(
      '/var/lib/kiavi/store',
    )
  })

  it('has no token, no environment, and a root that nobody writes to', () => {
    const pod = podOf()
    expect(pod).toMatchObject({ automountServiceAccountToken: false, serviceAccountName: 'kiavi-jobs' })
    expect(pod.containers).toHaveLength(1)
    expect(pod.containers[0]).toMatchObject({
      args: ['sweep'],
      securityContext: { readOnlyRootFilesystem: true, runAsNonRoot: true },
    })
    expect(pod.containers[0]?.env).toBeUndefined()
  })

  it('is one of its slot, over before the next begins, and never repeated by itself', () => {
    const { metadata, spec } = sweepJob(sweepRendering()) as unknown as {
      metadata: { name: string }
      spec: { activeDeadlineSeconds: number }
    }
    expect(metadata.name).toMatch(/^sweep-[0-9a-f]{10}-2026112214$/)
    expect(spec).toMatchObject({ backoffLimit: 0, completions: 1, parallelism: 1 })
    expect(spec.activeDeadlineSeconds).toBeLessThan(3600)
    expect(JSON.stringify(sweepJob(sweepRendering()))).toBe(JSON.stringify(sweepJob(sweepRendering())))
  })

  it('has a name and labels that Kubernetes takes, however long the class is called', () => {
    const { metadata } = sweepJob(sweepRendering({ className: 'a'.repeat(253) }))
    expect(metadata.name.length).toBeLessThanOrEqual(63)
    for (const value of Object.values(metadata.labels ?? {})) expect(value.length).toBeLessThanOrEqual(63)
    expect(metadata.name).not.toBe(sweepJob(sweepRendering()).metadata.name)
  })
})
