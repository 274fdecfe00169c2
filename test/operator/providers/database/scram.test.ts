import { describe, expect, it } from 'vitest'
import { scramVerifier } from '../../../../operator/src/providers/database/scram.ts'

describe('scramVerifier', () => {
  it('computes the keys of the example in RFC 7677, section 3', () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    )
  })

  it.each(['', 'pass word', 'pässword'])('refuses "%s", which SASLprep might change', (password) => {
    expect(() => scramVerifier(password, new Uint8Array(16))).toThrow(TypeError)
  })
})
