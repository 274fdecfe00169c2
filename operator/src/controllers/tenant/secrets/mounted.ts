import { child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Passwords } from '../../../providers/database/port.ts'
import { childMeta } from '../children/meta.ts'
import { type Rendering } from '../rendering.ts'
import { encode } from './data.ts'
import { type KeyMaterial, mountedFiles } from './signing-keys-master.ts'

type About = Pick<Rendering, 'tenantID' | 'owner'>

const secret = (about: About, name: string, type: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: childMeta(about, name, 'runtime'),
  type,
  data,
})

/** `/etc/kiavi/keys` of the serving pods. */
export const mountedKeys = (about: About, material: KeyMaterial, jwksMaxAgeSeconds: number): KubeObject =>
  secret(about, child.signingKeys, 'Opaque', encode(mountedFiles(material, jwksMaxAgeSeconds)))

/** `/etc/kiavi/database-app` of the serving pods. */
export const mountedAppPassword = (about: About, { app }: Passwords): KubeObject =>
  secret(about, child.databaseApp, 'Opaque', encode({ password: app }))

/** `/etc/kiavi/database-owner` of the migration step. */
export const mountedOwnerPassword = (about: About, { owner }: Passwords): KubeObject =>
  secret(about, child.databaseOwner, 'Opaque', encode({ password: owner }))

/** The class's registry credential, as nodes want it. */
export const mountedRegistry = (about: About, dockerConfig: string): KubeObject =>
  secret(
    about,
    child.pullSecret,
    'kubernetes.io/dockerconfigjson',
    encode({ '.dockerconfigjson': dockerConfig }),
  )
