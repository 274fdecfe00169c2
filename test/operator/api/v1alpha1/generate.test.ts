import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { crd } from '../../../../operator/src/api/v1alpha1/crd.ts'
import { generatedFiles, staleFiles } from '../../../../operator/src/api/v1alpha1/generate.ts'
import { kinds } from '../../../../operator/src/api/v1alpha1/kinds.ts'

const root = join(import.meta.dirname, '../../../..')

describe('generatedFiles', () => {
  it('are each kind twice, the same for crds/ and for the chart', () => {
    const files = generatedFiles()
    expect(files).toHaveLength(2 * kinds.length)
    for (const definition of kinds) {
      const [first, second] = files.filter(({ path }) => path.endsWith(`_${definition.plural}.yaml`))
      expect(first?.text).toBe(second?.text)
      expect(parse(first!.text)).toEqual(JSON.parse(JSON.stringify(crd(definition))))
    }
  })
})

describe('staleFiles', () => {
  let copy: string
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'kiavi-crds-'))
    for (const folder of ['crds', 'charts/kiavi-operator/files'])
      cpSync(join(root, folder), join(copy, folder), { recursive: true })
  })
  afterEach(() => rmSync(copy, { recursive: true }))

  it('are none: crds/ and the chart are what the schemas say', () => {
    expect(staleFiles(root)).toEqual([])
  })

  it('names a file that was edited, and one that is missing', () => {
    writeFileSync(join(copy, 'crds/kiavi.eu_kiavitenants.yaml'), 'edited')
    rmSync(join(copy, 'charts/kiavi-operator/files/crds/kiavi.eu_kiaviadoptions.yaml'))
    expect(staleFiles(copy)).toEqual([
      'crds/kiavi.eu_kiavitenants.yaml',
      'charts/kiavi-operator/files/crds/kiavi.eu_kiaviadoptions.yaml',
    ])
  })
})
