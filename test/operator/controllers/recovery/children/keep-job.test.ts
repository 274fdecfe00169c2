import { describe, expect, it } from 'vitest'
import { parseKeepDocument } from '../../../../../operator/src/backups/keep-document.ts'
import { keepJob, keepPieces } from '../../../../../operator/src/controllers/recovery/children/keep-job.ts'
import { operator } from '../../tenant/world.ts'

const rendering = (bytes: number) => ({
  object: {
    ...({ kind: 'recovery', installationID: 'inst', folder: 'installation' } as const),
    ...{ at: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-03-01T00:00:00Z') },
    ciphertext: Buffer.alloc(bytes, 7),
  },
  ...{ claimName: 'backups', suffix: '0a1b2c3d4e', operator },
  jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' } as const,
})

describe('keepJob', () => {
  it('mounts the claim, the ciphertext and no Secret, and has no token', () => {
    const job = keepJob(rendering(10))
    const { template } = job['spec'] as {
      template: { metadata: { annotations: Record<string, string> }; spec: { volumes: object[] } }
    }
    expect(template.spec).toMatchObject({
      ...{ automountServiceAccountToken: false, serviceAccountName: 'kiavi-jobs', restartPolicy: 'Never' },
      containers: [{ name: 'keep', args: ['keep'], securityContext: { readOnlyRootFilesystem: true } }],
    })
    expect(JSON.stringify(template.spec.volumes)).not.toContain('"secret"')
    expect(parseKeepDocument(template.metadata.annotations['kiavi.eu/job'] ?? '')).toMatchObject({
      ...{ pieces: 1, object: { kind: 'recovery', folder: 'installation' } },
    })
    expect(job.metadata.name).toBe('keep-installation-0a1b2c3d4e')
  })
})

describe('keepPieces', () => {
  it('is the ciphertext, in pieces that a ConfigMap holds and that go with the Job', () => {
    const of = rendering(2_000_000)
    const pieces = keepPieces(of, { ...keepJob(of), metadata: { ...keepJob(of).metadata, uid: 'u' } })
    const bytes = pieces.map((piece) =>
      Buffer.from((piece['binaryData'] as { ciphertext: string }).ciphertext, 'base64'),
    )
    expect(bytes.map(({ length }) => length)).toEqual([900_000, 900_000, 200_000])
    expect(Buffer.concat(bytes).equals(of.object.ciphertext)).toBe(true)
    for (const { metadata } of pieces)
      expect(metadata.ownerReferences).toMatchObject([{ kind: 'Job', uid: 'u' }])
  })
})
