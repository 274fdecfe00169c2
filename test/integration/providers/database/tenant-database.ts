import { randomBytes } from 'node:crypto'
import { mintTenantID, databaseNames } from '../../../../operator/src/api/v1alpha1/names.ts'
import { generatePasswords } from '../../../../operator/src/providers/database/passwords.ts'
import { planDatabase } from '../../../../operator/src/providers/database/plan.ts'
import {
  type DatabaseObserved,
  type DatabaseProvider,
  type DatabaseServer,
  type DatabaseStep,
  type DatabaseWanted,
} from '../../../../operator/src/providers/database/port.ts'
import { type PostgresServer } from '../../../support/postgres.ts'

export const versions = [15, 18] as const

/** The server as a class would name it. */
export function asServer({ host, port, ca, administrator }: PostgresServer): DatabaseServer {
  const login = { username: administrator.user, password: administrator.password }
  return { host, port, ...login, ...(ca === undefined ? { tls: 'disable' } : { tls: 'verify-full', ca }) }
}

/** One tenant on a real server, and the loop that the operator runs for it. */
export function tenantOn(
  server: DatabaseServer,
  provider: DatabaseProvider,
  more: Partial<DatabaseWanted> = {},
) {
  const tenantID = mintTenantID(randomBytes)
  const passwords = generatePasswords(randomBytes)
  const marker = {
    installationID: 'test',
    tenantID,
    namespace: 'customers',
    name: 'acme',
    host: 'h.eu',
    rpId: 'h.eu',
  }
  const wanted: DatabaseWanted = { tenantID, marker, connectionLimit: 12, provisionedBefore: false, ...more }
  const observe = () => provider.observe(server, tenantID, passwords)
  const plan = async (now = wanted) => planDatabase(await observe(), now)
  const act = (step: DatabaseStep) => provider.act(server, tenantID, step, passwords)
  return {
    tenantID,
    names: databaseNames(tenantID),
    passwords,
    wanted,
    observe,
    plan,
    act,
    /** Observe, plan and act until nothing is left to do; gives the steps that were done. */
    async converge(now = wanted): Promise<DatabaseStep[]> {
      const done: DatabaseStep[] = []
      for (let round = 0; round < 4; round += 1) {
        const { steps } = await plan(now)
        if (steps.length === 0) return done
        for (const step of steps) {
          await act(step)
          done.push(step)
        }
      }
      throw new Error(`No rest after four rounds; the last steps: ${JSON.stringify(done.slice(-3))}`)
    },
  }
}

/** Two tenants' observations compare when their IDs are taken out, and what was sorted by them is sorted anew. */
export const anonymous = (observed: DatabaseObserved, tenantID: string): unknown =>
  JSON.parse(JSON.stringify(observed).replaceAll(tenantID, '<id>'), (_, value: unknown) =>
    Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value,
  )
