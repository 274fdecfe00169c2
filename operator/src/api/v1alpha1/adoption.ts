import { z } from 'zod'
import { rules } from './cel.ts'
import {
  conditions,
  dnsName,
  hostName,
  instant,
  labelName,
  observedGeneration,
  tenantIDField,
} from './fields.ts'

/**
 * A platform owner's consent to hand an orphan to a KiaviTenant that its marker does not name: after the loss of
 * the cluster (another installation), or into another namespace, name or host.
 */
export const adoptionSpec = z
  .object({
    tenantID: tenantIDField().describe("The orphan's tenant ID."),
    namespace: labelName().describe('Namespace of the KiaviTenant that may take it over.'),
    name: dnsName().describe('Name of the KiaviTenant that may take it over.'),
    host: hostName().describe('Host that the tenant serves from then on.'),
    newSigningKey: z
      .boolean()
      .default(false)
      .describe(
        'Consents to a new signing key, where the old one is lost: every token issued before ends at once.',
      ),
    reason: z.string().min(10).max(400).describe('Why, and who decided it; kept for the audit.'),
  })
  .meta(
    rules({
      rule: 'self == oldSelf',
      message: 'a consent cannot be changed after the fact: delete this KiaviAdoption and make another',
      reason: 'FieldValueForbidden',
    }),
  )

export const adoptionStatus = z.object({
  observedGeneration: observedGeneration(),
  adoptedAt: instant().optional().describe('When the orphan was taken over.'),
  conditions: conditions().optional(),
})

export type AdoptionSpec = z.infer<typeof adoptionSpec>
