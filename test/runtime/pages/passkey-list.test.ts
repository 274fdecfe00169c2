import { describe, expect, it } from 'vitest'
import { passkeyList, type ShownPasskey } from '../../../runtime/src/pages/passkey-list.ts'

const at = new Date('2026-11-22T16:20:30.400Z')
const passkey = (change: Partial<ShownPasskey> = {}): ShownPasskey => ({
  ...{ id: 'AAAA', createdAt: at, lastUsedAt: at, backedUp: false, transports: ['internal'] },
  ...change,
})
const shown = (...passkeys: ShownPasskey[]) => passkeyList(passkeys).text

describe('passkeyList', () => {
  it.each<[Partial<ShownPasskey>, string, string]>([
    [{ backedUp: true }, 'Synchronised passkey', 'it is on every device of its owner'],
    [{ backedUp: true, transports: ['usb'] }, 'Synchronised passkey', 'wherever it was made'],
    [{ transports: ['usb', 'nfc'] }, 'Security key', 'it speaks in no other way'],
    [{ transports: ['internal', 'hybrid'] }, 'Passkey on one device', 'a phone is no key for the ring'],
    [{ transports: ['internal', 'usb'] }, 'Passkey on one device', 'it speaks in other ways, too'],
    [{ transports: [] }, 'Passkey on one device', 'it does not say how it speaks'],
  ])('calls %o a %s: %s', (change, kind) => {
    expect(shown(passkey(change))).toContain(`<p class="kind">${kind}</p>`)
  })

  it('lets every one be removed but the only one', () => {
    expect(shown(passkey())).not.toContain('data-ceremony="remove"')
    const two = shown(passkey(), passkey({ id: 'BBBB' }))
    expect([...two.matchAll(/data-ceremony="remove" data-id="(\w+)"/g)].map(([, id]) => id)).toEqual([
      'AAAA',
      'BBBB',
    ])
  })

  it('says when in words for a person and for a machine', () => {
    expect(shown(passkey())).toContain(
      '<time datetime="2026-11-22T16:20:30.400Z">2026-11-22 16:20 UTC</time>',
    )
  })
})
