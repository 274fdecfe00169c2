import { describe, expect, it } from 'vitest'
import { bundleName } from '../../../../../operator/src/backups/object-name.ts'
import { type StoredBackup } from '../../../../../operator/src/controllers/backup/sweep/gather.ts'
import {
  type ReadManifests,
  proofOf,
  refKey,
} from '../../../../../operator/src/controllers/backup/sweep/proof.ts'
import { backup, bundleOf, genuine, manifestOf, read } from './examples.ts'

const of = backup(7, 40)
const whole: StoredBackup = { name: bundleName(of), of, bundles: [bundleOf(of)], manifests: [manifestOf(of)] }
const saying = (said: ReturnType<typeof genuine>): ReadManifests => new Map([[refKey(manifestOf(of)), said]])

describe('proofOf', () => {
  it.each<{ because: string; stored: StoredBackup; manifests: ReadManifests; proof: object }>([
    {
      because: 'both halves are there and agree',
      stored: whole,
      manifests: read(of),
      proof: { is: 'proven' },
    },
    {
      because: 'nobody has read the manifest',
      stored: whole,
      manifests: new Map(),
      proof: { is: 'unread', manifest: manifestOf(of) },
    },
    {
      because: 'the manifest was read before something else was put in its place',
      stored: { ...whole, manifests: [manifestOf(of, { version: 'v2' })] },
      manifests: read(of),
      proof: { is: 'unread' },
    },
    {
      because: 'no manifest was written',
      stored: { ...whole, manifests: [] },
      manifests: new Map(),
      proof: { is: 'unfinished' },
    },
    {
      because: 'the manifest was deleted, and a version of it is kept by the store',
      stored: {
        ...whole,
        manifests: [manifestOf(of, { state: 'marker' }), manifestOf(of, { version: 'v0', state: 'hidden' })],
      },
      manifests: read(of),
      proof: { is: 'unfinished' },
    },
    {
      because: 'the bundle has gone',
      stored: { ...whole, bundles: [] },
      manifests: read(of),
      proof: { is: 'unfinished' },
    },
    {
      because: 'the signature does not hold',
      stored: whole,
      manifests: saying({ untrusted: 'It was changed.' }),
      proof: { is: 'untrusted', why: 'It was changed.' },
    },
    {
      because: 'the manifest of an older backup lies in its place',
      stored: whole,
      manifests: saying(genuine(backup(6, 41))),
      proof: { is: 'untrusted', why: expect.stringContaining('somebody moved it here') as string },
    },
    {
      because: 'the bundle was cut',
      stored: { ...whole, bundles: [bundleOf(of, { bytes: 999 })] },
      manifests: read(of),
      proof: { is: 'untrusted', why: 'It has 999 bytes, and its manifest says 1000.' },
    },
  ])('is $proof.is when $because', ({ stored, manifests, proof }) => {
    expect(proofOf(stored, manifests)).toMatchObject(proof)
  })
})
