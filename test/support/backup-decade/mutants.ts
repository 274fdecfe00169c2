import { type Patch } from '../key-year/substitute.ts'

export interface Mutant {
  name: string
  patch: Patch
}

const folder = 'operator/src/controllers/backup'
const judge = `${folder}/sweep/judge-tenant.ts`

/** The shipped decisions with one mistake each. A simulation in which one of them does no harm shows nothing. */
export const mutants: readonly Mutant[] = [
  {
    name: 'run a slot again',
    patch: { file: `${folder}/due.ts`, from: '&& !isSettled(look.slots, slot, look.now)', to: '' },
  },
  {
    name: 'believe that what a clock ahead has run is past',
    patch: { file: `${folder}/slot-spans.ts`, from: 'if (Date.parse(from) > now) return -Infinity', to: '' },
  },
  {
    name: 'take slots of another schedule for run',
    patch: {
      file: `${folder}/slot-spans.ts`,
      from: "parsed && 'cron' in parsed ? lastSlot(parsed.cron, new Date(now)).getTime() : Date.parse(to)",
      to: 'Date.parse(to)',
    },
  },
  {
    name: 'begin before the slot has come',
    patch: {
      file: `${folder}/due.ts`,
      from: 'const slot = lastSlot(cron, now)',
      to: 'const slot = lastSlot(cron, new Date(now.getTime() + 86_400_000))',
    },
  },
  {
    name: 'days of the week as the machine has them',
    patch: { file: `${folder}/slots.ts`, from: 'day.getUTCDay()', to: 'day.getDay()' },
  },
  {
    name: 'days of the month as the machine has them',
    patch: { file: `${folder}/slots.ts`, from: 'day.getUTCDate()', to: 'day.getDate()' },
  },
  {
    name: 'no leap days',
    patch: {
      file: `${folder}/slots.ts`,
      from: 'cron.days.has(day.getUTCDate())',
      to: "cron.days.has(day.getUTCDate()) && !day.toISOString().includes('-02-29')",
    },
  },
  {
    name: 'forget which slots were run when an attempt begins',
    patch: {
      file: `${folder}/ledger.ts`,
      from: 'withSlot(ledger.slots, scheduled.slot, scheduled)',
      to: 'withSlot([], scheduled.slot, scheduled)',
    },
  },
  {
    name: 'number by what was completed',
    patch: {
      file: `${folder}/ledger.ts`,
      from: 'const sequence = ledger.sequence + 1',
      to: 'const sequence = (ledger.newest?.sequence ?? 0) + 1',
    },
  },
  {
    name: 'as many at once as wait',
    patch: { file: `${folder}/next-runs.ts`, from: 'if (taken.size >= atOnce) break', to: '' },
  },
  {
    name: 'sweep what the cluster remembers only',
    patch: {
      file: judge,
      from: '!look.running.has(backup.name) &&',
      to: 'look.tenant !== undefined && !look.running.has(backup.name) &&',
    },
  },
  {
    name: 'prune the last one',
    patch: { file: judge, from: "tenant?.lives ?? memory === 'Lost'", to: 'false' },
  },
  {
    name: 'prune the last one of who is not back yet',
    patch: { file: judge, from: "tenant?.lives ?? memory === 'Lost'", to: 'tenant?.lives === true' },
  },
  {
    name: 'take half a backup for the last one',
    patch: {
      file: `${folder}/sweep/proof.ts`,
      from: "if (!manifest) return { is: 'unfinished' }",
      to: "if (!manifest) return { is: 'proven' }",
    },
  },
  {
    name: 'take a damaged backup for the last one',
    patch: { file: judge, from: ' && !damaged.has(backup.name)', to: '' },
  },
  {
    name: 'remove what was changed',
    patch: {
      file: `${folder}/sweep/proof.ts`,
      from: "if ('untrusted' in said) return { is: 'untrusted', why: said.untrusted }",
      to: "if ('untrusted' in said) return { is: 'proven' }",
    },
  },
  {
    name: 'believe a moved manifest',
    patch: {
      file: `${folder}/sweep/proof.ts`,
      from: 'if (said.object !== name)',
      to: 'if (false)',
    },
  },
  {
    name: 'two days too early',
    patch: {
      file: judge,
      from: 'heldBy(backup, look) <= look.now',
      to: 'heldBy(backup, look).getTime() <= look.now.getTime() + 172_800_000',
    },
  },
  {
    name: 'two days too late',
    patch: {
      file: judge,
      from: 'heldBy(backup, look) <= look.now',
      to: 'heldBy(backup, look).getTime() <= look.now.getTime() - 172_800_000',
    },
  },
  {
    name: 'keep the last one for ever, also at the end',
    patch: {
      file: judge,
      from: 'if (tenant && !tenant.terminatedAt) return Infinity',
      to: 'if (tenant) return Infinity',
    },
  },
  {
    name: 'believe a date that a clock ahead has written',
    patch: {
      file: `${folder}/expiry.ts`,
      from: 'const ends = [expiresAt.getTime(), storedAt.getTime() + longestDays * dayMs]',
      to: 'const ends = [expiresAt.getTime()]',
    },
  },
  {
    name: 'leave half uploads',
    patch: {
      file: `${folder}/sweep/half-uploads.ts`,
      from: 'const dayMs = 86_400_000',
      to: 'const dayMs = 864_000_000',
    },
  },
  {
    name: 'restore what lies there as the newest',
    patch: {
      file: `${folder}/choose-backup.ts`,
      from: 'const sequence = wish.sequence ?? newest?.sequence',
      to: 'const sequence = wish.sequence ?? Math.max(...inStore.map((of) => of.sequence))',
    },
  },
  {
    name: 'number anew after a cluster was lost',
    patch: {
      file: `${folder}/ledger.ts`,
      from: 'sequence: Math.max(confirmed.sequence, ...inStore.map(({ sequence }) => sequence)),',
      to: 'sequence: 0,',
    },
  },
  {
    name: 'make up what lies in the store',
    patch: {
      file: `${folder}/ledger.ts`,
      from: 'slots: [{ from: new Date(0).toISOString(), to: newestBegin }, ...points(ahead)],',
      to: 'slots: [],',
    },
  },
]
