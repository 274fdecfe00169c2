import { html, Html } from './html.ts'
import { moment } from './moment.ts'

export interface ShownPasskey {
  id: string
  createdAt: Date
  lastUsedAt: Date
  backedUp: boolean
  transports: readonly string[]
}

/** Ways that only something in a person's hand speaks. */
const byHand = ['usb', 'nfc', 'ble', 'smart-card']

const kindOf = ({ backedUp, transports }: ShownPasskey): string => {
  if (backedUp) return 'Synchronised passkey'
  return transports.length > 0 && transports.every((way) => byHand.includes(way))
    ? 'Security key'
    : 'Passkey on one device'
}

const removal = (passkey: ShownPasskey): Html => html`
  <details>
    <summary aria-label="Remove: ${kindOf(passkey)}">Remove</summary>
    <p class="help">
      It will not sign you in any more, and everybody who is signed in to this account elsewhere is signed
      out. You will be asked for one of your other passkeys.
    </p>
    <form data-ceremony="remove" data-id="${passkey.id}">
      <button type="submit" class="danger" disabled>Remove this passkey</button>
      <p class="problem" role="alert" hidden></p>
    </form>
  </details>
`

/** A person's passkeys; each can be removed but the only one. */
export const passkeyList = (passkeys: readonly ShownPasskey[]): Html => html`
  <h2>Your passkeys</h2>
  <ul class="passkeys">
    ${new Html(
      passkeys
        .map(
          (passkey) => html`
            <li data-passkey="${passkey.id}">
              <p class="kind">${kindOf(passkey)}</p>
              <p class="help">Saved ${moment(passkey.createdAt)}, last used ${moment(passkey.lastUsedAt)}</p>
              ${passkeys.length > 1 ? removal(passkey) : ''}
            </li>
          `.text,
        )
        .join(''),
    )}
  </ul>
`
