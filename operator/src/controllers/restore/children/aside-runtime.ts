import { annotation, masterSecret } from '../../../api/v1alpha1/names.ts'
import { type JobContainer } from '../../backup/children/pod.ts'
import { type Mount, configMount, joined, memoryFolder, secretFiles } from '../../backup/children/volumes.ts'
import { type RestoreRendering } from '../rendering.ts'

const keyMount: Mount = { name: 'keys', mountPath: '/etc/kiavi/keys' }

/** The tenant's own image on the database aside: its migrations, and its server with a key of its own. */
export function asideRuntime({ tenantID, class: tenantClass, tenant, jobs }: RestoreRendering) {
  const { imagePullPolicy: pullPolicy } = tenantClass.runtime
  const image = tenant.servingImage
  const scratch = { name: 'tmp', mountPath: '/tmp' }
  const mounts = [configMount('tenant'), scratch]
  const resources = { requests: { cpu: '50m', memory: '128Mi' } }
  const password = (name: string, role: 'owner' | 'app') =>
    secretFiles(name, masterSecret.database(tenantID), { [role]: 'password' })
  const key: JobContainer = {
    name: 'key',
    resources: { ...resources, limits: { memory: jobs.memory } },
    volumeMounts: [{ ...keyMount, mountPath: '/run/kiavi/private' }],
  }
  const migrate: JobContainer = {
    name: 'migrate',
    resources,
    volumeMounts: [...mounts, configMount('database-owner')],
    other: { image, pullPolicy, args: ['migrate'] },
  }
  const runtime: JobContainer = {
    name: 'runtime',
    resources,
    volumeMounts: [...mounts, { ...keyMount, readOnly: true }, configMount('database-app')],
    other: { image, pullPolicy, args: [] },
    goesOn: true,
  }
  const ca = tenantClass.database.caSecretName
  const document = {
    downwardAPI: {
      items: [
        {
          path: 'tenant.json',
          fieldRef: {
            apiVersion: 'v1',
            fieldPath: `metadata.annotations['${annotation.tenantDocument}']`,
          },
        },
      ],
    },
  }
  const authority =
    ca === undefined ? [] : [{ secret: { name: ca, items: [{ key: 'ca.crt', path: 'database-ca.crt' }] } }]
  return {
    ...{ key, migrate, runtime },
    volumes: [
      joined('tenant', [document, ...authority]),
      password('database-owner', 'owner'),
      { name: scratch.name, emptyDir: { sizeLimit: '16Mi' } },
    ],
    /** Made by the first container, in memory: it was never anywhere else, and ends with the pod. */
    keyVolume: memoryFolder(keyMount.name),
    appVolume: password('database-app', 'app'),
  }
}
