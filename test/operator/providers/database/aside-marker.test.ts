import { describe, expect, it } from 'vitest'
import {
  asideMarkerText,
  parseAsideMarker,
} from '../../../../operator/src/providers/database/aside-marker.ts'
import { type AsideMarker } from '../../../../operator/src/providers/database/aside-port.ts'
import { markerText, parseMarker } from '../../../../operator/src/providers/database/marker.ts'

const marker: AsideMarker = {
  kind: 'before',
  installationID: 'i',
  tenantID: 't',
  restore: { namespace: 'n', name: `o'"\\`, uid: 'u' },
  since: '2026-11-22T16:00:00Z',
  until: '2026-11-29T16:00:00Z',
}

describe('asideMarkerText', () => {
  it('is read back, and is the same bytes for the same marker', () => {
    const { installationID, tenantID, restore, since } = marker
    for (const each of [marker, { kind: 'aside' as const, installationID, tenantID, restore, since }]) {
      expect(parseAsideMarker(asideMarkerText(each))).toEqual(each)
      const turned = Object.fromEntries(Object.entries(each).reverse()) as unknown as AsideMarker
      expect(asideMarkerText(turned)).toBe(asideMarkerText(each))
    }
  })

  it('is never taken for the marker of a tenant, nor the other way round', () => {
    const tenants = {
      installationID: 'i',
      tenantID: 't',
      namespace: 'n',
      name: 'a',
      host: 'h.eu',
      rpId: 'h.eu',
    }
    expect(parseMarker(asideMarkerText(marker))).toBeUndefined()
    expect(parseAsideMarker(markerText(tenants))).toBeUndefined()
  })
})

describe('parseAsideMarker', () => {
  it.each([null, 'prose', '{"kiavi": {}}', JSON.stringify({ kiavi: { ...marker, kind: 'own' } })])(
    'finds none in %s',
    (comment) => {
      expect(parseAsideMarker(comment)).toBeUndefined()
    },
  )
})
