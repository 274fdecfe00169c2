import { describe, expect, it } from 'vitest'
import { keepDocumentText, parseKeepDocument } from '../../../operator/src/backups/keep-document.ts'

const document = {
  object: {
    ...({ kind: 'journal', installationID: 'inst', folder: 'k3x9q7w2ab' } as const),
    ...{ at: '2026-01-01T00:00:00Z', expiresAt: '2026-03-31T00:00:00Z' },
  },
  ...{ pieces: 2, sha256: 'a'.repeat(64) },
}

describe('parseKeepDocument', () => {
  it('reads what the operator writes', () => {
    expect(parseKeepDocument(keepDocumentText(document))).toEqual({
      ...document,
      object: {
        ...document.object,
        at: new Date('2026-01-01T00:00:00Z'),
        expiresAt: new Date('2026-03-31T00:00:00Z'),
      },
    })
  })

  it.each([
    { text: 'nonsense', because: 'it is no JSON' },
    { text: keepDocumentText({ ...document, pieces: 0 }), because: 'there is nothing to put' },
    {
      text: keepDocumentText({ ...document, object: { ...document.object, folder: '../elsewhere' } }),
      because: 'it would lie elsewhere',
    },
  ])('refuses it where $because', ({ text, because }) => {
    expect(() => parseKeepDocument(text), because).toThrow('Operator and backup image must be of one version')
  })
})
