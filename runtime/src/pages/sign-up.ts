import { html, type Html } from './html.ts'
import { noScript } from './no-script.ts'

/** Signing up: a name for the passkey manager, and a passkey. */
export const signUpPage = (brand: string): Html => html`
  <h1>Create an account</h1>
  <p class="lead">
    Save a passkey for ${brand} on your device. There is nothing to remember, and only you can use it.
  </p>
  <form data-ceremony="sign-up">
    <label for="name">Name</label>
    <input
      id="name"
      name="name"
      type="text"
      required
      maxlength="64"
      autocomplete="name"
      aria-describedby="name-help"
    />
    <p class="help" id="name-help">Your passkey is saved under this name. Any name will do.</p>
    <button type="submit" disabled>Create a passkey</button>
    <p class="problem" role="alert" hidden></p>
  </form>
  ${noScript}
  <p class="other">Have a passkey already? <a href="/sign-in">Sign in</a></p>
`
