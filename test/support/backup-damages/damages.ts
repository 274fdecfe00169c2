/** What can happen to a backup in its store, by chance or by somebody who may write there. */
import { type KeyObject } from 'node:crypto'
import { type Manifest } from '../../../operator/src/backups/manifest.ts'
import { signManifest } from '../../../operator/src/backups/sign-manifest.ts'
import { type Random } from '../key-year/random.ts'

/** What a store shows in the place of a backup; undefined where it shows nothing. */
export interface Shown {
  bundle: Buffer | undefined
  manifest: Buffer | undefined
  expiresAt: Date | undefined
}

export interface Material {
  /** The backup that is asked for. */
  genuine: Shown & { bundle: Buffer; manifest: Buffer; expiresAt: Date }
  facts: Manifest
  /** Earlier ones of the same tenant, validly signed. */
  older: readonly Shown[]
  /** One of another tenant of the same installation, of the same number. */
  neighbour: Shown
  /** One of a tenant of the same ID in another installation, of the same number. */
  foreign: Shown
  /** Somebody else's dump, encrypted to the tenant's recipient: that is public. */
  planted: Buffer
  /** Keys that the installation does not know. */
  strangersKey: KeyObject
}

export interface Damage {
  how: string
  /** The difference is in what the store says beside the content: a courier that looks at nothing does not pass it on. */
  besideContent?: true
  of: (random: Random, material: Material) => Shown
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')

/** The same bytes but for some bits, each another. */
function flipped(bytes: Buffer, random: Random, most: number): Buffer {
  const changed = Buffer.from(bytes)
  const places = new Set(Array.from({ length: 1 + random.below(most) }, () => random.below(bytes.length * 8)))
  for (const place of places)
    changed.writeUInt8(changed.readUInt8(place >> 3) ^ (1 << (place & 7)), place >> 3)
  return changed
}

/** Two pieces of the same length change places. */
function exchanged(bytes: Buffer, random: Random): Buffer {
  const length = 1 + random.below(Math.min(4_096, bytes.length >> 2))
  const first = random.below((bytes.length >> 1) - length)
  const second = (bytes.length >> 1) + random.below((bytes.length >> 1) - length)
  const changed = Buffer.from(bytes)
  bytes.copy(changed, first, second, second + length)
  bytes.copy(changed, second, first, first + length)
  return changed
}

function zeroed(bytes: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length)
  return Buffer.from(bytes).fill(0, from, Math.min(bytes.length, from + 512 + random.below(4_096)))
}

/** A compact JWS with another payload and the signature that it had. */
function edited(manifest: Buffer, edit: (payload: Record<string, unknown>) => unknown): Buffer {
  const [header = '', payload = '', signature = ''] = manifest.toString('utf8').split('.')
  const value = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
  const changed = Buffer.from(JSON.stringify(edit(value))).toString('base64url')
  return Buffer.from([header, changed, signature].join('.'))
}

const later = (text: unknown) => String(text).replace(/^\d{4}/, (year) => String(Number(year) + 1))

/** Each member of a manifest, changed into something that could stand there. */
const edits: readonly ((of: Record<string, unknown>, material: Material) => Record<string, unknown>)[] = [
  (of) => ({ ...of, sequence: Number(of['sequence']) + 1 }),
  (of) => ({ ...of, expiresAt: later(of['expiresAt']) }),
  (of) => ({ ...of, startedAt: later(of['startedAt']) }),
  (of) => ({ ...of, tenantID: 'z3x9q7w2ab' }),
  (of) => ({ ...of, installationID: 'staging' }),
  (of) => ({ ...of, schemaVersion: 0 }),
  (of) => ({ ...of, users: 0 }),
  (of) => ({ ...of, tables: [] }),
  (of, { planted }) => ({ ...of, bundle: { bytes: planted.length, sha256: '0'.repeat(64) } }),
  (of) => ({ ...of, plaintext: { bytes: 1, sha256: '0'.repeat(64) } }),
  (of) => ({ ...of, recipient: `age1${'q'.repeat(58)}` }),
  (of) => ({ ...of, more: true }),
]

export const damages: readonly Damage[] = [
  {
    how: 'bits of the bundle flipped',
    of: (random, { genuine }) => ({ ...genuine, bundle: flipped(genuine.bundle, random, 8) }),
  },
  {
    how: 'bundle cut',
    of: (random, { genuine }) => ({
      ...genuine,
      bundle: genuine.bundle.subarray(0, random.below(genuine.bundle.length)),
    }),
  },
  {
    how: 'something added to the bundle',
    of: (random, { genuine }) => ({
      ...genuine,
      bundle: Buffer.concat([genuine.bundle, random.bytes(1 + random.below(64))]),
    }),
  },
  {
    how: 'pieces of the bundle exchanged',
    of: (random, { genuine }) => ({ ...genuine, bundle: exchanged(genuine.bundle, random) }),
  },
  {
    how: 'a piece of the bundle zeroed',
    of: (random, { genuine }) => ({ ...genuine, bundle: zeroed(genuine.bundle, random) }),
  },
  {
    how: 'bundle or manifest deleted',
    of: (random, { genuine }) => ({ ...genuine, [random.pick(['bundle', 'manifest'])]: undefined }),
  },
  {
    how: "another tenant's in its place",
    of: (random, { genuine, neighbour }) => {
      const { bundle, manifest } = neighbour
      return random.pick<Shown>([neighbour, { ...genuine, bundle }, { ...genuine, manifest }])
    },
  },
  {
    how: 'an old one in the place of the new',
    of: (random, { genuine, older }) => {
      const old = random.pick(older)
      const { bundle, manifest } = old
      return random.pick<Shown>([
        old,
        { ...genuine, bundle, manifest },
        { ...genuine, bundle },
        { ...genuine, manifest },
      ])
    },
  },
  {
    how: 'a letter of the manifest changed',
    of: (random, { genuine }) => {
      const at = random.below(genuine.manifest.length)
      const was = String.fromCharCode(genuine.manifest.readUInt8(at))
      const manifest = Buffer.from(genuine.manifest)
      manifest.write(random.pick(letters.filter((letter) => letter !== was)), at)
      return { ...genuine, manifest }
    },
  },
  {
    how: 'manifest cut',
    of: (random, { genuine }) => ({
      ...genuine,
      manifest: genuine.manifest.subarray(0, random.below(genuine.manifest.length)),
    }),
  },
  {
    how: 'manifest edited',
    of: (random, material) => {
      const edit = random.pick(edits)
      return { ...material.genuine, manifest: edited(material.genuine.manifest, (of) => edit(of, material)) }
    },
  },
  {
    how: "another installation's in its place",
    of: (random, { genuine, foreign }) => {
      const { bundle, manifest } = foreign
      return random.pick<Shown>([foreign, { ...genuine, bundle, manifest }, { ...genuine, manifest }])
    },
  },
  {
    how: 'a planted bundle, its manifest signed with a strange key',
    of: (random, { genuine, facts, planted, strangersKey }) => {
      const jws = signManifest(facts, strangersKey)
      const [, payload = '', signature = ''] = jws.split('.')
      const [ourHeader = ''] = genuine.manifest.toString('utf8').split('.')
      // With the stranger's own kid, or with ours.
      const manifest = Buffer.from(random.chance(0.5) ? jws : [ourHeader, payload, signature].join('.'))
      return { ...genuine, bundle: planted, manifest }
    },
  },
  {
    how: 'a planted bundle with the genuine manifest',
    of: (_, { genuine, planted }) => ({ ...genuine, bundle: planted }),
  },
  {
    how: "the store's note of the date changed",
    besideContent: true,
    of: (random, { genuine }) => ({
      ...genuine,
      expiresAt: random.chance(0.25)
        ? undefined
        : new Date(genuine.expiresAt.getTime() + random.pick([-1, 1, 86_400]) * 1_000),
    }),
  },
]
