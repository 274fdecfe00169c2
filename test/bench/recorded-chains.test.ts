import { describe, expect, it } from 'vitest'
import { type AnsweredWrite } from '../support/fault-proxy.ts'
import { chainsOf, objectOf, renamer } from './recorded-chains.ts'

const write = (path: string, body: string, status = 200): AnsweredWrite => ({
  ...{ method: 'PATCH', contentType: 'application/json', answer: Buffer.from('{}') },
  ...{ path, body: Buffer.from(body), status },
})
const a = { name: 'wave-a-01', tenantID: 'aaaaaaaaaa' }
const b = { name: 'wave-a-02', tenantID: 'bbbbbbbbbb' }

describe('chainsOf', () => {
  it('gives each tenant what names it, in order, and nobody what names none or was refused', () => {
    const mine = [write('/x/aaaaaaaaaa', ''), write('/y', 'for wave-a-01'), write('/x/aaaaaaaaaa/z', '')]
    const theirs = write('/x', 'bbbbbbbbbb')
    const all = [mine[0]!, theirs, mine[1]!, write('/shared', ''), write('/aaaaaaaaaa', '', 409), mine[2]!]
    expect(chainsOf(all, [a, b])).toEqual([
      { ...a, writes: mine },
      { ...b, writes: [theirs] },
    ])
  })
})

describe('renamer', () => {
  const rename = renamer(a, b, (text) => text.replaceAll(/[^a-z]/g, '').padEnd(64, '0'))
  it('says the other name wherever the first stood', () => {
    expect(rename('kiavi-aaaaaaaaaa wave-a-01 kiavi_aaaaaaaaaa_app')).toBe(
      'kiavi-bbbbbbbbbb wave-a-02 kiavi_bbbbbbbbbb_app',
    )
  })
  it('gives a claim another digest of the same length, always the same', () => {
    const claim = 'claim-host-0123456789'
    expect(rename(claim)).toHaveLength(claim.length)
    expect(rename(claim)).not.toBe(claim)
    expect(rename(claim)).toBe(rename(claim))
  })
})

describe('objectOf', () => {
  it.each([
    ['/api/v1/namespaces/x?fieldManager=y', '/api/v1/namespaces/x'],
    ['/apis/g/v1/things/x/status?force=true', '/apis/g/v1/things/x'],
  ])('of %s is %s', (path, is) => {
    expect(objectOf(path)).toBe(is)
  })
})
