import { z } from 'zod'

/** One rule of `x-kubernetes-validations`: what the API server refuses at the door, and the sentence it says. */
export interface CelRule {
  rule: string
  message: string
  /** Says the same with the object's own words in it; `message` stands in where it cannot be computed. */
  messageExpression?: string
  reason?: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired'
  fieldPath?: string
}

export const rules = (...list: CelRule[]) => ({ 'x-kubernetes-validations': list })

/** The rule that says in a sentence what `pattern` says in a regular expression. */
export const matches = (pattern: RegExp) => `self.matches(r'${pattern.source.replaceAll('\\/', '/')}')`

/**
 * A bounded string. The pattern becomes a CEL rule in the CRD: the API server then answers with our sentence
 * instead of the regular expression.
 */
export const text = (
  bounds: { min: number; max: number },
  pattern: RegExp,
  sentence: string,
  ...more: CelRule[]
) =>
  z
    .string()
    .min(bounds.min)
    .max(bounds.max)
    .regex(pattern)
    .meta(rules({ rule: matches(pattern), message: sentence }, ...more))
