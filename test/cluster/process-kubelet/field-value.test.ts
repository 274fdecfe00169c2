import { describe, expect, it } from 'vitest'
import { fieldValue } from './field-value.ts'
import { podWith } from './fixtures.ts'

describe('fieldValue', () => {
  it.each([
    ['metadata.name', 'web-1'],
    ['metadata.namespace', 'shop'],
    ['metadata.uid', 'u1'],
    ["metadata.labels['app']", 'web'],
    ["metadata.labels['none']", ''],
    ["metadata.annotations['kiavi.eu/config-digest']", ''],
    ['spec.nodeName', 'n1'],
    ['status.podIP', '10.98.0.2'],
    ['spec.priority', undefined],
  ])('%s is %s', (path, value) => {
    expect(fieldValue(path, podWith(), '10.98.0.2')).toBe(value)
  })
})
