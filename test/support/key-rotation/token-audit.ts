/** Every token that was issued, verified at once and once more shortly before its end, each time by another verifier. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { type CachingVerifier } from './caching-verifier.ts'

export interface FailedVerification {
  /** Since the audit began. */
  atMs: number
  kid: string
  when: 'at once' | 'later'
  error: string
}

export interface AuditReport {
  tokens: number
  verifications: number
  failures: FailedVerification[]
  /** Tokens of the revoked key that were refused after its revoke, as they should be. */
  refusedAsRevoked: number
  /** From the revoke until a verifier took such a token for the last time, in milliseconds. */
  revokedTakenForMs: number
  /** How many there were of each key, and when the last of them came. */
  byKid: Map<string, { tokens: number; lastAt: number }>
}

export interface TokenAudit {
  issued: (token: string) => void
  /** From now on this key's tokens may be refused. */
  revoked: (kid: string) => void
  /** Waits for the last tokens' second verification. */
  end: () => Promise<AuditReport>
}

/** So long before its end a token is verified for the second time. */
const marginMs = 8_000

export function tokenAudit(verifiers: readonly Pick<CachingVerifier, 'verify'>[]): TokenAudit {
  const began = Date.now()
  const report: AuditReport = {
    ...{ tokens: 0, verifications: 0, failures: [], refusedAsRevoked: 0, revokedTakenForMs: 0 },
    byKid: new Map(),
  }
  const revokes = new Map<string, number>()
  const pending = new Set<Promise<void>>()
  let turn = 0

  async function verify(token: string, kid: string, when: FailedVerification['when']): Promise<void> {
    const verifier = verifiers[turn++ % verifiers.length]
    report.verifications++
    try {
      await verifier?.verify(token)
      const revokedAt = revokes.get(kid)
      if (revokedAt !== undefined) report.revokedTakenForMs = Date.now() - revokedAt
    } catch (error) {
      if (revokes.has(kid)) report.refusedAsRevoked++
      else report.failures.push({ atMs: Date.now() - began, kid, when, error: String(error) })
    }
  }

  const follow = async (token: string): Promise<void> => {
    const { kid = '' } = decodeProtectedHeader(token)
    const { exp = 0 } = decodeJwt(token)
    report.tokens++
    report.byKid.set(kid, { tokens: (report.byKid.get(kid)?.tokens ?? 0) + 1, lastAt: Date.now() })
    await verify(token, kid, 'at once')
    await new Promise((resolve) => setTimeout(resolve, exp * 1000 - marginMs - Date.now()))
    await verify(token, kid, 'later')
  }
  return {
    issued: (token) => {
      const following = follow(token).finally(() => pending.delete(following))
      pending.add(following)
    },
    revoked: (kid) => {
      revokes.set(kid, Date.now())
    },
    end: async () => {
      await Promise.all(pending)
      return report
    },
  }
}
