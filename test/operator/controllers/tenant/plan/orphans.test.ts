import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { adoptionSpec } from '../../../../../operator/src/api/v1alpha1/adoption.ts'
import { tenantSpec } from '../../../../../operator/src/api/v1alpha1/tenant.ts'
import { type Consent, type Orphan } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { consentYaml, identityOf } from '../../../../../operator/src/controllers/tenant/plan/orphans.ts'
import { observed, tenant } from '../world.ts'

const id = 'a1b2c3d4e5'
const orphan = (marker: object = {}): Orphan => ({
  tenantID: id,
  marker: {
    ...{ installationID: 'installation-1', tenantID: id, namespace: 'customers', name: 'acme' },
    ...{ host: 'auth.acme.eu', rpId: 'auth.acme.eu', ...marker },
  },
  namespaceOwner: undefined,
})
const consent = (change: Partial<Consent> = {}): Consent => ({
  ...{ tenantID: id, namespace: 'customers', name: 'acme', host: 'auth.acme.eu', newSigningKey: false },
  ...{ reason: 'decided by the test', object: { name: id, generation: 1 }, used: false, ...change },
})
const stranger = { namespace: 'elsewhere', name: 'other', host: 'auth.other.eu', rpId: 'auth.other.eu' }

interface Row {
  annotations?: Record<string, string>
  spec?: object
  orphans?: Orphan[]
  consents?: Consent[]
  living?: string[]
  is: string
  because: string
}

const identity = ({ annotations = {}, spec = {}, orphans = [orphan()], consents = [], living = [] }: Row) => {
  const parsed = tenantSpec.parse({ host: 'auth.acme.eu', ...spec })
  const seen = observed({ orphans, consents, living: new Set(living) })
  return identityOf(tenant({ metadata: { annotations }, status: { tenantID: undefined } }), parsed, seen)
}
const adoptTenantID = id

const rows: Row[] = [
  { orphans: [], is: 'fresh', because: 'there is nothing to go on with' },
  { orphans: [orphan(stranger)], is: 'fresh', because: "the orphan is somebody else's" },
  { is: 'OrphanFound', because: 'it has this name' },
  {
    orphans: [orphan({ ...stranger, host: 'auth.acme.eu' })],
    ...{ is: 'OrphanFound', because: 'it has this host under another name' },
  },
  {
    orphans: [orphan({ ...stranger, rpId: 'acme.eu' })],
    ...{ is: 'OrphanFound', because: 'its passkeys are bound to a domain above this one' },
  },
  { living: [id], is: 'fresh', because: 'its tenant lives: claims keep the two apart' },
  { spec: { adoptTenantID }, is: id, because: 'the marker names this tenant' },
  {
    spec: { adoptTenantID },
    orphans: [],
    is: 'OrphanNotFound',
    because: 'nothing must begin empty under its ID',
  },
  { spec: { adoptTenantID }, living: [id], is: 'AdoptionNotAllowed', because: 'it is no orphan' },
  ...(['installationID', 'namespace', 'name', 'host'] as const).map((what) => ({
    spec: { adoptTenantID },
    orphans: [orphan({ [what]: 'another' })],
    is: 'AdoptionNotAllowed',
    because: `its ${what} is another`,
  })),
  {
    ...{ spec: { adoptTenantID }, orphans: [orphan({ installationID: 'lost' })], consents: [consent()] },
    ...{ is: id, because: "the platform's owner consents" },
  },
  ...(['tenantID', 'namespace', 'name', 'host'] as const).map((what) => ({
    ...{ spec: { adoptTenantID }, orphans: [orphan({ installationID: 'lost' })] },
    ...{ consents: [consent({ [what]: 'another' })], is: 'AdoptionNotAllowed' },
    because: `the consent is for another ${what}`,
  })),
  {
    orphans: [{ tenantID: id, marker: undefined, namespaceOwner: 'customers/acme' }],
    ...{ is: 'OrphanFound', because: 'a namespace in the cluster names this tenant' },
  },
  {
    annotations: { 'kiavi.eu/ignore-orphan': `other, ${id}` },
    ...{ is: 'fresh', because: 'a person chose to begin anew beside it' },
  },
  {
    ...{ spec: { adoptTenantID }, orphans: [orphan({ installationID: 'lost' })] },
    ...{
      consents: [consent({ used: true })],
      is: 'AdoptionNotAllowed',
      because: 'a consent is good for once',
    },
  },
  {
    ...{ spec: { adoptTenantID }, orphans: [orphan({ rpId: 'acme.eu' })] },
    ...{ is: 'RpIdPinned', because: 'every passkey would end with another rpId' },
  },
  {
    ...{ spec: { adoptTenantID }, orphans: [orphan({ installationID: 'lost', rpId: 'acme.eu' })] },
    ...{ consents: [consent()], is: 'RpIdPinned', because: 'the consent says nothing of passkeys' },
  },
  {
    ...{ spec: { adoptTenantID, passkeys: { rpId: 'acme.eu' } }, orphans: [orphan({ rpId: 'acme.eu' })] },
    ...{ is: id, because: 'the rpId is the one that passkeys are bound to' },
  },
]

describe('identityOf', () => {
  it.each(rows)('$is, because $because', (row) => {
    const found = identity(row)
    expect('finding' in found ? found.finding.reason : found.mint).toBe(row.is)
  })

  it('says what to write where the cluster was lost, the new signing key too', () => {
    const found = identity({
      ...{ spec: { adoptTenantID }, orphans: [orphan({ installationID: 'lost' })], is: '', because: '' },
    })
    const { message } = 'finding' in found ? found.finding : { message: '' }
    expect(message).toContain('kind: KiaviAdoption')
    expect(message).toContain('newSigningKey: true')
    expect(message).toContain(`tenant-${id}-signing-keys`)
  })
})

describe('consentYaml', () => {
  it('can be applied as it stands, once the reason is written', () => {
    const yaml = consentYaml({ namespace: 'customers', name: 'acme' }, id, 'auth.acme.eu')
    const { spec } = parse(yaml) as { spec: object }
    expect(adoptionSpec.safeParse({ ...spec, reason: 'The cluster was lost.' }).success).toBe(true)
  })
})
