import { describe, expect, it } from 'vitest'
import { parseSweepDocument, sweepDocumentText } from '../../../operator/src/backups/sweep-document.ts'

type Written = Parameters<typeof sweepDocumentText>[0]
const document: Written = {
  installationID: '6f1ed002ab5595859014ebf0951522d9',
  store: { kind: 'volume', prefix: '' },
  installationKeys: { keys: [] },
  now: '2026-11-22T12:00:00Z',
  memory: 'Whole',
  living: 'k3x9q7w2ab a123456789',
  ending: [{ tenantID: 'b123456789', lives: true, terminatedAt: '2026-11-01T00:00:00Z' }],
  ...{ running: [], damaged: [], asked: ['k3x9q7w2ab/42'] },
}

describe('parseSweepDocument', () => {
  it('reads what the operator wrote', () => {
    expect(parseSweepDocument(sweepDocumentText(document))).toMatchObject({
      now: new Date('2026-11-22T12:00:00Z'),
      living: ['k3x9q7w2ab', 'a123456789'],
      ending: [{ tenantID: 'b123456789', terminatedAt: new Date('2026-11-01T00:00:00Z') }],
      asked: ['k3x9q7w2ab/42'],
    })
    expect(parseSweepDocument(sweepDocumentText({ ...document, living: '' })).living).toEqual([])
  })

  it.each<{ because: string; change: object }>([
    { because: 'a tenant ID is cut', change: { living: 'k3x9q7w2ab a12345' } },
    { because: 'two spaces would be a tenant without a name', change: { living: 'k3x9q7w2ab  a123456789' } },
    { because: 'a backup has no number', change: { asked: ['k3x9q7w2ab'] } },
    { because: 'a number is written otherwise', change: { asked: ['k3x9q7w2ab/042'] } },
    { because: 'who lives is not said', change: { living: undefined } },
    { because: 'nobody said whether the cluster remembers', change: { memory: undefined } },
    { because: 'it says more than is understood', change: { keep: 'all' } },
  ])('takes no part of a document of which $because', ({ change }) => {
    expect(() => parseSweepDocument(JSON.stringify({ ...document, ...change }))).toThrow(
      expect.objectContaining({ code: 'JOB_MISCONFIGURED' }),
    )
  })
})
