import { z } from 'zod'
import { ledgerFormat } from '../../ledger-format.ts'

/** Where a signing key is in its life. `Generated`: pods are being given it. Each phase has one way out. */
export const keyPhases = ['Generated', 'Published', 'Active', 'Retiring', 'Destroyed'] as const
export type KeyPhase = (typeof keyPhases)[number]

/** What a ledger, a status and a pod's key set have room for. */
const mostKeys = 16
/** Keys that are gone stay on record, the newest ones: status tells of them, and they tell old from foreign. */
export const mostDestroyed = 4
/** Keys that live: one more has no room, so the next one waits until an old one is gone. */
export const mostLiving = mostKeys - mostDestroyed

const instant = z.iso.datetime({ offset: false })
const seconds = z.int().min(0)

const ledgerKey = z.object({
  kid: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** The public half, base64url (RFC 7518, section 6.3.1): what a JWKS shows. */
  n: z.string(),
  e: z.string(),
  phase: z.enum(keyPhases),
  /** When the phase began. */
  since: instant,
  /** Of a key that waits to sign: how long verifiers may keep a JWKS without it; grows only. */
  cacheSeconds: seconds,
  /** Of a key that signs or signed: the longest life of a token that it may have signed; grows only. */
  tokenSeconds: seconds,
  /** Of a key that retires: when every serving pod was seen to sign with another one. */
  quietSince: instant.optional(),
  /** It was taken out because somebody asked for it, not because its time had come. */
  revoked: z.literal(true).optional(),
})

const schema = z.object({
  /** Grows by one whenever pods are to serve something else. */
  version: z.int().min(1),
  keys: z.array(ledgerKey).max(mostKeys),
  /** What verifiers may hold a JWKS for, as the spec says now. */
  cacheSeconds: seconds,
  /**
   * It was more: verifiers may still hold a JWKS for that long. Not until a moment, which a clock that is set would
   * end and a pod that nobody reaches would outlast; but until a key that came afterwards, and is none of these, was
   * seen on every pod and waited so long.
   */
  longerCache: z.object({ seconds, kids: z.array(z.string()).max(mostKeys) }).optional(),
  /** The request for a rotation that was taken up last. */
  rotation: z.string().max(64).optional(),
  /** Sessions that began before are over. */
  sessionsNotBefore: instant.optional(),
})

/** What a newer operator wrote beside is kept: one may be rolled back in the midst of a rotation. */
const tolerant = z.looseObject({
  ...schema.shape,
  keys: z.array(z.looseObject(ledgerKey.shape)).max(mostKeys),
})

export type LedgerKey = z.infer<typeof ledgerKey>

/**
 * What the operator knows of a tenant's signing keys beside their material. It lies with the private halves in the
 * master Secret, so that one write changes both: there is no moment at which they disagree.
 */
export type KeyLedger = z.infer<typeof schema>

export const { write: ledgerFile, read: parseLedger } = ledgerFormat<KeyLedger>(tolerant, 'the signing keys')

/** In the order in which verifiers see them: the key that signs, those that will, those that did. */
const shown: readonly KeyPhase[] = ['Active', 'Published', 'Generated', 'Retiring']

export const publishedKeys = ({ keys }: Pick<KeyLedger, 'keys'>): LedgerKey[] =>
  shown.flatMap((phase) => keys.filter((key) => key.phase === phase))

export const publishedKids = (ledger: Pick<KeyLedger, 'keys'>): string[] =>
  publishedKeys(ledger).map(({ kid }) => kid)

export const keyIn = ({ keys }: Pick<KeyLedger, 'keys'>, ...phases: KeyPhase[]): LedgerKey | undefined =>
  keys.find(({ phase }) => phases.includes(phase))

/** What a process remembers having seen: a key in a phase, since a moment that somebody wrote down. */
export const sightingOf = ({ kid, phase, since, quietSince }: LedgerKey): string =>
  [kid, phase, since, quietSince ?? ''].join(' ')
