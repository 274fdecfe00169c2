import { describe, expect, it } from 'vitest'
import { type Step, leaveDatabase } from '../../../../operator/src/controllers/tenant/steps.ts'

const turn: Step = { do: 'turnKeys', turn: { turn: 'terms' } }

describe('leaveDatabase', () => {
  it.each<{ steps: Step[]; is: boolean; because: string }>([
    { steps: [turn, { do: 'mount', secret: 'signing-keys' }], is: true, because: 'all are about keys' },
    { steps: [turn, { do: 'makePasswords' }], is: false, because: 'roles get passwords' },
    {
      steps: [{ do: 'database', step: { do: 'createRole', role: 'app' } as never }],
      is: false,
      because: 'it is changed',
    },
  ])('is $is when $because', ({ steps, is }) => {
    expect(leaveDatabase(steps)).toBe(is)
  })
})
