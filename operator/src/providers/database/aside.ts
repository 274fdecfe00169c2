import { asideName } from '../../api/v1alpha1/names.ts'
import { type Hands } from './act.ts'
import { lookAside, observedOf } from './aside-catalogue.ts'
import { dropAside } from './aside-drop.ts'
import { fence, unfence } from './aside-fence.ts'
import { mine } from './aside-judge.ts'
import { underLock } from './aside-lock.ts'
import { createAside, letIn, openToOwner, prepareInside, prepareRoles } from './aside-make.ts'
import { type AsideOf, type AsideStep, type DatabasesAside } from './aside-port.ts'
import { swap } from './aside-swap.ts'
import { type Session } from './connections.ts'
import { type DatabaseServer, type Passwords } from './port.ts'

/** Databases aside on real PostgreSQL servers, 15 to 18. */
export const createDatabasesAside = (hands: Hands): DatabasesAside => ({
  async observe(server, tenantID) {
    const doing = `Looking at the databases of tenant ${tenantID}`
    return observedOf(
      await hands.connections.administer(server, doing, (session) => lookAside(session, tenantID)),
    )
  },
  act: (server, of, step, passwords) => actAside(hands, server, of, step, passwords),
})

async function actAside(
  hands: Hands,
  server: DatabaseServer,
  of: AsideOf,
  step: AsideStep,
  passwords: Passwords,
): Promise<void> {
  const { tenantID } = of
  const doing = `${step.do} for tenant ${tenantID}`
  const locked = <T>(work: (session: Session) => Promise<T>) =>
    underLock(hands.connections, server, { tenantID, doing }, work)
  switch (step.do) {
    case 'createAside':
      return locked((session) => createAside(session, of, step))
    case 'prepareAside': {
      const { number } = step
      const connectionLimit = await locked(async (session) => {
        const look = await lookAside(session, tenantID)
        mine(look, of, number)
        const own = look.own?.connectionLimit ?? -1
        return own < 0 ? step.connectionLimit : own
      })
      const database = asideName(tenantID, 'aside', number)
      await prepareRoles(hands, server, { tenantID, database, connectionLimit }, passwords)
      await locked((session) => openToOwner(session, of, { number, connectionLimit }))
      return prepareInside(hands, server, { tenantID, database }, passwords)
    }
    case 'letIn':
      return locked((session) => letIn(session, of, step))
    case 'fence':
      return locked((session) => fence(session, of, step.since))
    case 'unfence':
      return locked((session) => unfence(session, of))
    case 'swap':
      return locked((session) => swap(session, of, step))
    case 'drop':
      return locked((session) => dropAside(session, of, step))
  }
}
