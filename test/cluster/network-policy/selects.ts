import { type LabelSelector } from './types.ts'

/** Whether a label selector matches. An empty selector matches everything; an absent one is the caller's to judge. */
export function selects(selector: LabelSelector, labels: Record<string, string> = {}): boolean {
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  if (!exact) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        // As in Kubernetes: an object without the label is "not in".
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
    }
  })
}
