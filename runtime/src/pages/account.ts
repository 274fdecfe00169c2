import { html, type Html } from './html.ts'
import { moment } from './moment.ts'
import { noScript } from './no-script.ts'
import { passkeyList, type ShownPasskey } from './passkey-list.ts'

const erasure = html`
  <details class="leave">
    <summary>Erase my account</summary>
    <p>
      Your name, your passkeys and all your sessions are deleted, and what was recorded of your devices and
      addresses. Nobody can undo it. You will be asked for your passkey once more.
    </p>
    <form data-ceremony="erase">
      <button type="submit" class="danger" data-busy="Erasing your account …" disabled>
        Erase my account for good
      </button>
      <p class="problem" role="alert" hidden></p>
    </form>
  </details>
`

/** Shown in the place of the account when it is gone. */
const erased = html`
  <div data-erased role="status" hidden>
    <h1 tabindex="-1">Your account is erased</h1>
    <p data-state="Confirmed" hidden>It is confirmed: not even a restored backup can bring it back.</p>
    <div data-state="Recorded" hidden>
      <p>
        We are still making sure that not even a restored backup can bring it back. This page will tell you;
        or ask within 30 days at
      </p>
      <p class="receipt"><a data-receipt></a></p>
    </div>
    <p class="other"><a href="/sign-up">Create an account</a></p>
  </div>
`

/** Who is signed in here, what they sign in with, and the ways out. */
export const accountPage = (
  user: { id: string; name: string; since: Date },
  passkeys: readonly ShownPasskey[],
): Html => html`
  <div data-account="${user.id}">
    <h1>You are signed in</h1>
    <dl>
      <dt>Name</dt>
      <dd>${user.name}</dd>
      <dt>Signed in</dt>
      <dd>${moment(user.since)}</dd>
    </dl>
    <form data-ceremony="sign-out">
      <button type="submit" class="quiet" disabled>Sign out</button>
      <p class="problem" role="alert" hidden></p>
    </form>
    ${passkeyList(passkeys)} ${erasure}
  </div>
  ${erased} ${noScript}
`
