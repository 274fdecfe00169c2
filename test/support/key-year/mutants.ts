import { type Patch } from './substitute.ts'

export interface Mutant {
  name: string
  patch: Patch
}

const decide = 'operator/src/controllers/tenant/keys/decide.ts'
const evidence = 'operator/src/controllers/tenant/keys/evidence.ts'
const turn = 'operator/src/controllers/tenant/keys/turn.ts'

/** The shipped decisions with one mistake each. A simulation in which one of them does no harm shows nothing. */
export const mutants: readonly Mutant[] = [
  {
    name: 'activate at once',
    patch: {
      file: decide,
      from: 'if (!hasPassed || isTooSoon(next.since, wait, look.now) || !publishedFor(evidence, next.kid, wait))',
      to: 'if (wait < 0)',
    },
  },
  {
    name: 'retire early',
    patch: { file: decide, from: 'const wait = retireSeconds(key, ledger)', to: 'const wait = 0' },
  },
  {
    name: 'count from when the next key took over',
    patch: {
      file: decide,
      from: 'const { kid, quietSince } = key',
      to: 'const { kid, quietSince = key.since } = key',
    },
  },
  {
    name: 'believe what the watches remember',
    patch: {
      file: 'operator/src/controllers/tenant/observe/key-pods.ts',
      from: 'const sure = turns',
      to: 'const sure = turns && Number.isNaN(ports.now().getTime())',
    },
  },
  {
    name: 'skip a pod',
    patch: {
      file: evidence,
      from: 'pods.length > 0 && pods.every(',
      to: 'pods.length > 0 && pods.slice(0, Math.max(1, pods.length - 1)).every(',
    },
  },
  {
    name: 'count a pod that did not answer',
    patch: {
      file: evidence,
      from: 'pod !== undefined && holds(pod)',
      to: 'pod === undefined || holds(pod)',
    },
  },
  {
    name: 'forget that caches were longer',
    patch: {
      file: turn,
      from: 'if (before > seconds) changed.longerCache =',
      to: 'if (before < 0) changed.longerCache =',
    },
  },
  {
    name: 'forget that tokens lived longer',
    patch: {
      file: turn,
      from: 'Math.max(terms.accessTokenSeconds, ...lives)',
      to: 'terms.accessTokenSeconds',
    },
  },
]
