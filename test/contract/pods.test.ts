import { describe, expect, it } from 'vitest'
import { deployment } from '../../operator/src/controllers/tenant/children/deployment.ts'
import { migrationJob } from '../../operator/src/controllers/tenant/children/migration-job.ts'
import { configPaths } from '../../runtime/src/config-files.ts'
import { loadSettings } from '../../runtime/src/config.ts'
import { rendering } from '../operator/controllers/tenant/world.ts'

interface Container {
  args?: string[]
  env?: unknown
  envFrom?: unknown
  ports?: { name: string; containerPort: number }[]
  volumeMounts: { name: string; mountPath: string }[]
}
interface Template {
  spec: { terminationGracePeriodSeconds: number; containers: Container[] }
}
const podOf = (object: { spec?: unknown }) => (object.spec as { template: Template }).template.spec
const containerOf = (object: { spec?: unknown }) => podOf(object).containers[0]!

const serving = deployment(rendering()) as { spec?: unknown }
const migrating = migrationJob(rendering()) as { spec?: unknown }
const settings = loadSettings({})
const paths = configPaths(settings.configDir)
const mountsOf = (object: { spec?: unknown }) =>
  containerOf(object).volumeMounts.map(({ mountPath }) => mountPath)
const isMounted = (path: string, object: { spec?: unknown }) =>
  mountsOf(object).some((mount) => path === mount || path.startsWith(`${mount}/`))

describe('the serving pod', () => {
  it.each([paths.tenant, paths.databaseCA, paths.keys, paths.databaseApp])(
    'has %s, where the runtime looks for it',
    (path) => {
      expect(isMounted(path, serving)).toBe(true)
    },
  )

  it('never sees the credential that may change tables', () => {
    expect(isMounted(paths.databaseOwner, serving)).toBe(false)
  })

  it('names the ports that the runtime listens on', () => {
    const ports = Object.fromEntries(
      (containerOf(serving).ports ?? []).map(({ name, containerPort }) => [name, containerPort]),
    )
    expect(ports).toEqual({ http: settings.httpPort, metrics: settings.metricsPort })
  })

  it('is given longer to end than the runtime drains, with room for what is under way', () => {
    expect(podOf(serving).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(settings.drainSeconds + 15)
  })
})

describe('the migrating pod', () => {
  it('runs the migration step with the owner credential, and has no key to sign with', () => {
    expect(containerOf(migrating).args).toEqual(['migrate'])
    expect(isMounted(paths.tenant, migrating)).toBe(true)
    expect(isMounted(paths.databaseOwner, migrating)).toBe(true)
    expect(isMounted(paths.keys, migrating)).toBe(false)
    expect(isMounted(paths.databaseApp, migrating)).toBe(false)
  })
})

describe.each([
  ['serving', serving],
  ['migrating', migrating],
])('the %s container', (_name, object) => {
  it('has nothing in its environment', () => {
    expect(containerOf(object).env).toBeUndefined()
    expect(containerOf(object).envFrom).toBeUndefined()
  })
})
