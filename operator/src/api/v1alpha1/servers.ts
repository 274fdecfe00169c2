import { z } from 'zod'
import { rules } from './cel.ts'
import { cidr, matchLabels } from './fields.ts'

export const podLabels = (whose: string) =>
  matchLabels().optional().describe(`Labels of the pods of ${whose}. Default: every pod in those namespaces.`)

/** Where a server is: pods in the cluster, address ranges, or both. */
export const servers = (whose: string) =>
  z
    .object({
      cidrs: z
        .array(cidr().describe('One range.'))
        .min(1)
        .max(16)
        .optional()
        .describe(`Address ranges of ${whose}.`)
        .meta({ 'x-kubernetes-list-type': 'set' }),
      namespaceLabels: matchLabels().optional().describe(`Labels of the namespaces of ${whose}.`),
      podLabels: podLabels(whose),
    })
    .meta(
      rules(
        {
          rule: 'has(self.cidrs) || has(self.namespaceLabels)',
          message: 'name at least one of cidrs and namespaceLabels',
          reason: 'FieldValueRequired',
        },
        {
          rule: '!has(self.podLabels) || has(self.namespaceLabels)',
          message: 'podLabels needs namespaceLabels beside it: say in which namespaces the pods are',
          reason: 'FieldValueRequired',
          fieldPath: '.namespaceLabels',
        },
      ),
    )
