import { describe, expect, it } from 'vitest'
import { selects } from './selects.ts'
import { type LabelSelector } from './types.ts'

const expression = (
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
  ...values: string[]
): LabelSelector => ({ matchExpressions: [{ key: 'app', operator, values }] })

const rows: [LabelSelector, Record<string, string>, boolean, string][] = [
  [{}, {}, true, 'an empty selector selects everything'],
  [{ matchLabels: { app: 'a' } }, { app: 'a', tier: 'x' }, true, 'more labels do not hurt'],
  [{ matchLabels: { app: 'a', tier: 'x' } }, { app: 'a' }, false, 'every label must match'],
  [expression('In', 'a', 'b'), { app: 'b' }, true, 'one of the values'],
  [expression('In', 'a', 'b'), {}, false, 'no label is none of them'],
  [expression('NotIn', 'a'), { app: 'b' }, true, 'another value'],
  [expression('NotIn', 'a'), {}, true, 'no label is not in'],
  [expression('NotIn', 'a'), { app: 'a' }, false, 'the value itself'],
  [expression('Exists'), { app: '' }, true, 'an empty value is a value'],
  [expression('Exists'), {}, false, 'nothing is none'],
  [expression('DoesNotExist'), {}, true, 'nothing is none'],
  [expression('DoesNotExist'), { app: '' }, false, 'an empty value is a value'],
  [{ matchLabels: { app: 'a' }, ...expression('NotIn', 'a') }, { app: 'a' }, false, 'both parts must match'],
]

describe('selects', () => {
  it.each(rows)('%j on %j: %s, because %s', (selector, labels, expected) => {
    expect(selects(selector, labels)).toBe(expected)
  })
})
