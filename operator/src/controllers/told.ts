import { type Verdict } from './conditions.ts'

/** What a reason means for who waits: `waiting`, time mends it; `stalled`, a person does; `ended`, nothing comes any more. */
export type Kind = 'done' | 'waiting' | 'stalled' | 'ended'

/** As kstatus reads them: Reconciling while something is waited for, Stalled when nothing comes of itself. */
export function toldVerdicts(kind: Kind, finding: { reason: string; message: string }): Verdict[] {
  const says = { reason: finding.reason, message: finding.message.slice(0, 2000) }
  return [
    { type: 'Ready', status: kind === 'done' ? 'True' : 'False', ...says },
    ...(kind === 'waiting' ? [{ type: 'Reconciling', status: 'True', ...says } as const] : []),
    ...(kind === 'stalled' || kind === 'ended'
      ? [{ type: 'Stalled', status: 'True', ...says } as const]
      : []),
  ]
}
