import { type Condition } from '../../api/v1alpha1/fields.ts'
import { type Verdict } from '../conditions.ts'
import { checkBackups } from './checks/backups.ts'
import { checkDatabase } from './checks/database.ts'
import { checkEndpoint } from './checks/endpoint.ts'
import { checkIsolated } from './checks/isolated.ts'
import { checkKeys, unknownRevokes } from './checks/keys.ts'
import { checkRestores } from './checks/restores.ts'
import { checkRuntime } from './checks/runtime.ts'
import { type Observed } from './observed.ts'
import { type Plan } from './plan.ts'
import { pauseOf } from './plan/paused.ts'
import { type Finding, type On, isStalled, onOf } from './reasons.ts'
import { type Tenant } from './tenant.ts'

type Part = Exclude<On, 'Ready'>
const parts = ['DatabaseReady', 'KeysReady', 'RuntimeReady', 'EndpointReady'] as const satisfies Part[]

const proven: Record<Part, Pick<Verdict, 'reason' | 'message'>> = {
  DatabaseReady: {
    reason: 'Provisioned',
    message: 'The database is there, closed to everybody else, and answers.',
  },
  KeysReady: { reason: 'Active', message: 'A signing key is active and mounted.' },
  RuntimeReady: {
    reason: 'Serving',
    message: 'A pod answers, its database is migrated, its JWKS shows the active key.',
  },
  EndpointReady: {
    reason: 'Accepted',
    message: "The class's gateway or Ingress class takes requests for the host.",
  },
}

/** What is true of the tenant, and if not why. `failure` is what ended this reconcile early. */
export function check(
  tenant: Tenant,
  seen: Observed | undefined,
  { findings, rendering, steps }: Plan,
  { now, failure }: { now: Date; failure: Finding | undefined },
): Verdict[] {
  const all = failure ? [...findings, failure] : findings
  const judged = seen && judge(tenant, seen, { findings: all, rendering, steps })
  const unknown = seen?.secrets && rendering ? unknownRevokes(rendering, seen.secrets) : undefined
  const said = unknown ? { KeysReady: unknown } : {}
  const verdicts = parts.map((part) => verdictOf(part, all, { judged, said }, before(tenant, part)))
  const isolated = (seen && rendering && checkIsolated(rendering, seen)) ?? before(tenant, 'Isolated')
  const backups = checkBackups(tenant, seen?.backups, now, seen?.kept) ?? before(tenant, 'BackupsCurrent')
  const proof = checkRestores(tenant, seen?.restores, now) ?? before(tenant, 'RestoreProven')
  const pause = pauseOf(tenant, now)
  const paused = pause !== undefined && 'until' in pause
  const found = judged ? parts.flatMap((part) => judged[part] ?? []) : []
  const stalls = [...new Set([...all, ...found])].filter(isStalled)
  const wait = all.find((finding) => !isStalled(finding)) ?? verdicts.find(({ status }) => status !== 'True')
  return [
    summary(verdicts, all),
    ...verdicts,
    ...(isolated ? [isolated] : []),
    ...(backups ? [backups] : []),
    ...(proof ? [proof] : []),
    ...(paused ? [pausedVerdict(pause.until)] : []),
    ...(stalls.length > 0 ? [stalled(stalls)] : []),
    ...(stalls.length === 0 && !paused && wait ? [reconciling(wait)] : []),
  ]
}

type Judged = Record<Part, Finding | undefined>

/** Each part by what was seen; a finding of the plan comes before what can be seen of it. */
function judge(
  tenant: Tenant,
  seen: Observed,
  { findings, rendering, steps }: Pick<Plan, 'findings' | 'rendering' | 'steps'>,
): Judged | undefined {
  const { secrets } = seen
  if (!rendering || !secrets) return undefined
  const databaseSteps = steps.flatMap((step) => (step.do === 'database' ? [step.step] : []))
  const planned = (part: Part) => findings.find((finding) => onOf(finding) === part)
  return {
    DatabaseReady: planned('DatabaseReady') ?? checkDatabase(seen, databaseSteps),
    KeysReady: planned('KeysReady') ?? checkKeys(secrets),
    RuntimeReady: planned('RuntimeReady') ?? checkRuntime(tenant, rendering, seen),
    EndpointReady: planned('EndpointReady') ?? checkEndpoint(rendering, seen),
  }
}

/** What could not be looked at stays as it was last known. */
function verdictOf(
  part: Part,
  findings: readonly Finding[],
  { judged, said = {} }: { judged: Judged | undefined; said?: Partial<Record<Part, { message: string }>> },
  old: Verdict | undefined,
): Verdict {
  const finding = judged ? judged[part] : findings.find((each) => onOf(each) === part)
  if (finding) return { type: part, status: 'False', ...finding }
  if (judged) return { type: part, status: 'True', ...proven[part], ...said[part] }
  if (old) return old
  const message = 'Not looked at yet; see condition Ready.'
  return { type: part, status: 'Unknown', reason: findings[0]?.reason ?? 'Provisioning', message }
}

/** Ready is all four parts; where one is not true, the first of them says why. */
function summary(verdicts: readonly Verdict[], findings: readonly Finding[]): Verdict {
  const general = findings.find((finding) => onOf(finding) === 'Ready')
  const first = verdicts.find(({ status }) => status !== 'True')
  if (!first)
    return { type: 'Ready', status: 'True', reason: 'Serving', message: 'People can sign up and in.' }
  return {
    type: 'Ready',
    status: 'False',
    reason: general?.reason ?? first.reason,
    message: general?.message ?? first.message,
  }
}

const stalled = (findings: readonly Finding[]): Verdict => ({
  type: 'Stalled',
  status: 'True',
  reason: findings[0]?.reason ?? '',
  message: findings.map(({ message }) => message).join(' '),
})

const reconciling = ({ reason, message }: Pick<Verdict, 'reason' | 'message'>): Verdict => ({
  type: 'Reconciling',
  status: 'True',
  reason,
  message,
})

const pausedVerdict = (until: Date): Verdict => ({
  type: 'Paused',
  status: 'True',
  reason: 'AskedFor',
  message: `Left alone until ${until.toISOString()}, as its annotation asks; until then nothing is put back.`,
})

function before({ status }: Tenant, type: string): Verdict | undefined {
  const old: Condition | undefined = status.conditions?.find((condition) => condition.type === type)
  return old && { type, status: old.status, reason: old.reason, message: old.message }
}
