import { describe, expect, it } from 'vitest'
import { entrypointFlags, runtimeFlags } from './built-runtime.ts'

describe('entrypointFlags', () => {
  it('leaves out the program and its script', () => {
    expect(entrypointFlags('FROM scratch\nENTRYPOINT ["/node", "--a=1", "--b", "/app/main.js"]\n')).toEqual([
      '--a=1',
      '--b',
    ])
  })

  it('refuses a Dockerfile whose entrypoint a shell would read', () => {
    expect(() => entrypointFlags('ENTRYPOINT node main.js\n')).toThrow('no ENTRYPOINT')
  })
})

describe('runtimeFlags', () => {
  it('are flags of V8 or Node that this Node knows', () => {
    for (const flag of runtimeFlags()) expect(flag).toMatch(/^--[a-z-]+(=\d+)?$/)
  })
})
