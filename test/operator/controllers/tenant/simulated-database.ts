/** A database server in memory that does what each step says: as much of it as a plan can see. */
import {
  databaseGrants,
  insideGrants,
  schemas,
} from '../../../../operator/src/providers/database/expected-grants.ts'
import { roleAttributes, roleSettings } from '../../../../operator/src/providers/database/expected-roles.ts'
import {
  type DatabaseObserved,
  type DatabaseProvider,
} from '../../../../operator/src/providers/database/port.ts'

const administrator = 'kiavi'
const serverVersion = 180004

export class SimulatedDatabase implements DatabaseProvider {
  readonly state: DatabaseObserved = { serverVersion, administrator, roles: {} }
  made = 0
  readonly #wrote: (what: string) => void

  constructor(wrote: (what: string) => void) {
    this.#wrote = wrote
  }

  observe: DatabaseProvider['observe'] = () => Promise.resolve(structuredClone(this.state))

  act: DatabaseProvider['act'] = (_server, tenantID, step) => {
    this.#wrote(`before ${step.do}`)
    const { database, roles } = this.state
    switch (step.do) {
      case 'createRole': {
        const attributes = { ...roleAttributes(step.role, 0), connectionLimit: step.connectionLimit }
        const none = { memberOf: [], members: [], localSettings: [], passwordWorks: true }
        roles[step.role] = { ...attributes, ...none, settings: [...roleSettings[step.role]] }
        break
      }
      case 'createDatabase':
        if (database) throw new Error('There is a database already.')
        this.made += 1
        this.state.database = {
          ...{
            ours: true,
            marker: undefined,
            commented: false,
            allowConnections: false,
            connectionLimit: -1,
          },
          grants: [
            ...databaseGrants(tenantID, administrator).filter(({ grantee }) => grantee === administrator),
            { on: { kind: 'database' }, grantee: 'PUBLIC', privilege: 'CONNECT', option: false },
          ],
        }
        break
      case 'closeToPublic':
        database!.grants = database!.grants.filter(({ grantee }) => grantee !== 'PUBLIC')
        break
      case 'mark':
        Object.assign(database!, { marker: step.marker, commented: true })
        break
      case 'grantOnDatabase':
        database!.grants.push(...step.grants)
        break
      case 'limitConnections':
        database!.connectionLimit = step.limit
        break
      case 'open':
        database!.allowConnections = true
        database!.inside = { schemas: [], objects: [], foreign: [], grants: [], schemaVersion: 0 }
        break
      case 'closePublicSchema':
        break
      case 'prepareInside':
        Object.assign(database!.inside!, {
          schemas: [...schemas],
          grants: insideGrants(tenantID, [], serverVersion),
        })
        break
      default:
        throw new Error(`Nobody should need ${step.do} here.`)
    }
    this.#wrote(`after ${step.do}`)
    return Promise.resolve()
  }

  marked: DatabaseProvider['marked'] = () => {
    const { database } = this.state
    const { marker, connectionLimit = 0 } = database ?? {}
    return Promise.resolve(marker ? [{ database: 'd', marker, connectionLimit }] : [])
  }
  sweep = () => Promise.resolve(new Map<string, string>())
  openToPublic = () => Promise.resolve([])
  signsIn = () => Promise.resolve(true)
  close = () => Promise.resolve()
}
