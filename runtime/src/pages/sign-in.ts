import { html, type Html } from './html.ts'
import { noScript } from './no-script.ts'

/** Signing in: by the browser's own offer in the field, or by the button. */
export const signInPage = (brand: string): Html => html`
  <h1>Sign in</h1>
  <p class="lead">Use the passkey you saved for ${brand}.</p>
  <form data-ceremony="sign-in">
    <label for="passkey">Passkey</label>
    <input
      id="passkey"
      name="passkey"
      type="text"
      autocomplete="username webauthn"
      autocapitalize="none"
      spellcheck="false"
      placeholder="Choose a passkey"
      aria-describedby="passkey-help"
    />
    <p class="help" id="passkey-help">Your device offers its passkeys here. There is nothing to type.</p>
    <button type="submit" disabled>Sign in with a passkey</button>
    <p class="problem" role="alert" hidden></p>
  </form>
  ${noScript}
  <p class="other">New here? <a href="/sign-up">Create an account</a></p>
`
