import { masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { type KeyPhase, parseLedger } from '../../../operator/src/controllers/tenant/keys/ledger.ts'
import { decode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'

/** What became of one key, in true time. */
export interface KeyHistory {
  kid: string
  phase: KeyPhase
  /** The first version of the key set that shows it. */
  firstVersion: number
  publishedAt: number | undefined
  revokedAt: number | undefined
  /** A revoke of its predecessor had it sign before verifiers could know it. */
  unaged: boolean
}

export interface PhaseChange {
  kid: string
  from: KeyPhase | undefined
  to: KeyPhase
  revoked: boolean
}

/** A key that verifiers hold for so long, and as long again as clocks and requests are off. */
const allowanceSeconds = 60

/** The keys of a tenant as its master Secret tells of them: what changed when, by a clock that nobody sets. */
export class Histories {
  readonly keys = new Map<string, KeyHistory>()
  /** How long verifiers may hold a JWKS, in seconds, as the ledger has it. */
  cacheSeconds = 0
  version = 0
  rotation: string | undefined

  /** What this write of the master changed; throws when it leaves the tenant without a key that signs. */
  read(secret: KubeObject, now: number): PhaseChange[] {
    const files = decode(secret['data'])
    const ledger = parseLedger(files['ledger.json'] ?? '')
    const active = ledger.keys.filter(({ phase }) => phase === 'Active')
    const kid = active[0]?.kid ?? ''
    if (active.length !== 1 || files[`${kid}.pem`] === undefined)
      throw new Error(
        `${secret.metadata.name} has ${active.length} active keys, and of the first ${kid} no PEM.`,
      )
    if (ledger.version < this.version) throw new Error(`The version went back to ${ledger.version}.`)
    this.version = ledger.version
    this.cacheSeconds = ledger.cacheSeconds
    this.rotation = ledger.rotation
    const isRevoke = ledger.keys.some(
      ({ kid: each, revoked }) => revoked && this.keys.get(each)?.revokedAt === undefined,
    )
    return ledger.keys.flatMap((key) => {
      const known = this.keys.get(key.kid)
      const history = known ?? { kid: key.kid, firstVersion: ledger.version, ...nothingYet }
      this.keys.set(key.kid, history)
      const from = known?.phase
      if (from === key.phase) return []
      history.phase = key.phase
      if (key.phase === 'Published') history.publishedAt = now
      if (key.revoked) history.revokedAt ??= now
      if (key.phase === 'Active' && from !== undefined && isRevoke) {
        const sinceMs = now - (history.publishedAt ?? Infinity)
        history.unaged = !(sinceMs >= (key.cacheSeconds + allowanceSeconds) * 1000)
      }
      return [{ kid: key.kid, from, to: key.phase, revoked: key.revoked === true }]
    })
  }
}

const nothingYet = {
  phase: 'Generated',
  publishedAt: undefined,
  revokedAt: undefined,
  unaged: false,
} as const

export const isMaster = ({ kind, metadata }: KubeObject, tenantID: string): boolean =>
  kind === 'Secret' && metadata.name === masterSecret.signingKeys(tenantID)
