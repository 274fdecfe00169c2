/** Databases beside a tenant's own, in memory: what each step leaves, as aside-port.ts promises it. */
import { asideName } from '../../../../operator/src/api/v1alpha1/names.ts'
import {
  type AsideDatabase,
  type AsideMarker,
  type AsideObserved,
  type DatabasesAside,
  type OwnDatabase,
} from '../../../../operator/src/providers/database/aside-port.ts'
import { tenantID } from '../tenant/world.ts'

const doors = { ours: true, allowConnections: true, sessions: 0, connectionLimit: 40 }
const roles = ['owner', 'app', 'backup', 'outbox'] as const
const ownMarker = {
  ...{ installationID: 'installation-1', tenantID, namespace: 'customers', name: 'acme' },
  ...{ host: 'acme.acme.eu', rpId: 'acme.acme.eu' },
}

export class SimulatedAside implements DatabasesAside {
  own: (OwnDatabase & { holds: string }) | undefined = {
    ...{ ...doors, mayConnect: [...roles], marker: ownMarker, holds: 'what people did today' },
  }
  databases: (AsideDatabase & { holds: string; isPrepared: boolean })[] = []
  /** Names of databases that were dropped. */
  dropped: string[] = []
  readonly #wrote: (what: string) => void

  constructor(wrote: (what: string) => void) {
    this.#wrote = wrote
  }

  observe: DatabasesAside['observe'] = () => {
    const seen: AsideObserved = { serverVersion: 180004, administrator: 'kiavi', databases: [] }
    if (this.own) seen.own = structuredClone(this.own)
    seen.databases = structuredClone(this.databases)
    return Promise.resolve(seen)
  }

  act: DatabasesAside['act'] = (_server, of, step) => {
    this.#wrote(`before ${step.do}`)
    const mine = (number: number) => {
      const found = this.databases.find((each) => each.kind === 'aside' && each.number === number)
      if (found?.marker?.restore.uid !== of.restore.uid) throw new Error('It is not of this restore.')
      return found
    }
    switch (step.do) {
      case 'createAside': {
        const { number } = step
        const marker: AsideMarker = { kind: 'aside', ...of, since: step.since.toISOString() }
        const made = { ...doors, allowConnections: false, mayConnect: [], holds: '', isPrepared: false }
        if (!this.databases.some((each) => each.kind === 'aside' && each.number === number))
          this.databases.push({
            ...{ ...made, name: asideName(of.tenantID, 'aside', number), kind: 'aside', number, marker },
          })
        break
      }
      case 'prepareAside': {
        const found = mine(step.number)
        Object.assign(found, { allowConnections: true, mayConnect: ['owner'] })
        // Opened, and the schemas not yet made.
        this.#wrote(`in the midst of ${step.do}`)
        found.isPrepared = true
        break
      }
      case 'letIn':
        mine(step.number).mayConnect = [...step.roles]
        break
      case 'fence':
        if (!this.own) break
        this.own.marker = { ...ownMarker, fence: { restore: of.restore, since: step.since.toISOString() } }
        this.#wrote(`in the midst of ${step.do}`)
        this.own.mayConnect = ['outbox']
        break
      case 'unfence':
        if (this.own?.marker?.fence?.restore.uid !== of.restore.uid) break
        this.own.marker = ownMarker
        this.own.mayConnect = [...roles]
        break
      case 'swap': {
        const { number, since, until } = step
        const found = mine(number)
        if (this.own && this.own.mayConnect.length > 1) throw new Error('It serves.')
        this.databases = this.databases.filter((each) => each !== found)
        if (this.own) {
          const marker: AsideMarker = {
            ...{ kind: 'before', ...of, since: since.toISOString(), until: until.toISOString() },
          }
          const name = asideName(of.tenantID, 'before', number)
          const before = { ...doors, allowConnections: false, mayConnect: [], isPrepared: true }
          this.databases.push({ ...before, name, kind: 'before', number, marker, holds: this.own.holds })
        }
        const restored = { restore: of.restore, since: since.toISOString() }
        const marker = { ...step.marker, restored }
        delete marker.fence
        this.own = { ...doors, mayConnect: [...roles], marker, holds: found.holds }
        break
      }
      case 'drop': {
        const found = this.databases.find(({ name }) => name === step.name)
        if (found && JSON.stringify(found.marker) !== JSON.stringify(step.marker))
          throw new Error('It is not what was to be dropped.')
        if (found) this.dropped.push(step.name)
        this.databases = this.databases.filter((each) => each !== found)
        break
      }
    }
    this.#wrote(`after ${step.do}`)
    return Promise.resolve()
  }
}
