import { html, type Html } from './html.ts'
import { noScript } from './no-script.ts'

/** Who is signed in here, and the way out. */
export const accountPage = (user: { name: string; since: Date }): Html => html`
  <h1>You are signed in</h1>
  <dl>
    <dt>Name</dt>
    <dd>${user.name}</dd>
    <dt>Signed in</dt>
    <dd>
      <time datetime="${user.since.toISOString()}"
        >${user.since.toISOString().slice(0, 16).replace('T', ' ')} UTC</time
      >
    </dd>
  </dl>
  <form data-ceremony="sign-out">
    <button type="submit" class="quiet" disabled>Sign out</button>
    <p class="problem" role="alert" hidden></p>
  </form>
  ${noScript}
`
