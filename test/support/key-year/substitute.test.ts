import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutants } from './mutants.ts'

const root = join(import.meta.dirname, '../../..')

/** In a process of its own: what is substituted stays so. */
function run(patch: object, program: string) {
  const script = `import { substitute } from './test/support/key-year/substitute.ts'
    substitute([${JSON.stringify(patch)}])
    ${program}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })
}

const terms = 'operator/src/controllers/tenant/keys/terms.ts'

describe('substitute', () => {
  it('has the shipped source run with one place changed', () => {
    const patch = { file: terms, from: 'skewSeconds = 60', to: 'skewSeconds = 61' }
    const { stdout } = run(patch, `console.log((await import('./${terms}')).skewSeconds)`)
    expect(stdout.trim()).toBe('61')
  })

  it('refuses a place that is not there, or there twice', () => {
    expect(run({ file: terms, from: 'skewSeconds = 59', to: '' }, '').stderr).toContain('does not hold once')
    expect(run({ file: terms, from: 'Seconds', to: '' }, '').stderr).toContain('does not hold once')
  })
})

describe('mutants', () => {
  it.each(mutants)('has a place for its mistake: $name', ({ patch: { file, from, to } }) => {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
  })
})
