// What the hosted pages do in the browser: the three ceremonies, with the browser's own passkey functions.
// Plain JavaScript, so that what is served is what is read here; `tsc -p runtime/src/pages/browser` checks it.

const sentences = {
  NotAllowedError: 'Nothing was chosen, or it took too long. Please try again.',
  InvalidStateError: 'This device has a passkey for this account already. Sign in with it.',
  SecurityError: 'Passkeys cannot be used at this address.',
  NotSupportedError: 'This device cannot save a passkey that works here.',
}
const offline = 'The service cannot be reached. Check your connection and try again.'
const unsupported = 'This browser does not support passkeys. Please use a newer one.'

/** A refusal that the service put in words. */
class Refused extends Error {}

/** @param {string} path @param {object} body */
async function post(path, body) {
  let response
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch {
    throw new Refused(offline)
  }
  if (response.status === 204) return undefined
  const answer = await response.json().catch(() => undefined)
  if (!response.ok) throw new Refused(answer?.error_description ?? offline)
  return answer
}

/** @param {AbortSignal} signal @param {CredentialMediationRequirement} [mediation] */
async function signIn(signal, mediation) {
  const { publicKey } = await post('/v1/passkeys/authentication/options', {})
  const credential = /** @type {PublicKeyCredential} */ (
    await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
      signal,
      ...(mediation && { mediation }),
    })
  )
  form.setAttribute('aria-busy', 'true')
  await post('/v1/passkeys/authentication/verify', { credential: credential.toJSON(), deliver: 'cookie' })
  location.assign('/account')
}

/** @param {string} name */
async function signUp(name) {
  const { publicKey } = await post('/v1/passkeys/registration/options', { name })
  const credential = /** @type {PublicKeyCredential} */ (
    await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
    })
  )
  await post('/v1/passkeys/registration/verify', { name, credential: credential.toJSON(), deliver: 'cookie' })
  location.assign('/account')
}

async function signOut() {
  await post('/v1/session/end', {})
  location.assign('/sign-in')
}

const form = /** @type {HTMLFormElement} */ (document.querySelector('form[data-ceremony]'))
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'))
const problem = /** @type {HTMLElement} */ (form.querySelector('.problem'))
const ceremony = form.dataset.ceremony

/** The browser's offer in the field, waiting until a button is pressed instead. */
let offer = new AbortController()

/** @param {unknown} error */
function tell(error) {
  const name = error instanceof Error ? error.name : ''
  problem.textContent =
    error instanceof Refused
      ? error.message
      : (sentences[/** @type {keyof typeof sentences} */ (name)] ?? offline)
  problem.hidden = false
}

/** @param {() => Promise<void>} work */
async function attempt(work) {
  problem.hidden = true
  button.disabled = true
  form.setAttribute('aria-busy', 'true')
  try {
    await work()
  } catch (error) {
    tell(error)
    button.disabled = false
    form.removeAttribute('aria-busy')
    void offerPasskeys()
  }
}

/**
 * Conditional UI: passkeys appear in the field's suggestions. A page may stay open for hours, and a challenge is good
 * for minutes: the offer is made anew before its challenge ends. A dismissed offer is no problem to tell of.
 */
async function offerPasskeys() {
  if (ceremony !== 'sign-in' || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  const mine = new AbortController()
  offer = mine
  const renewal = setTimeout(() => {
    mine.abort()
    void offerPasskeys()
  }, 240_000)
  try {
    await signIn(mine.signal, 'conditional')
  } catch (error) {
    if (mine.signal.aborted) return
    form.removeAttribute('aria-busy')
    if (error instanceof Refused) tell(error)
  } finally {
    clearTimeout(renewal)
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  offer.abort()
  const name = new FormData(form).get('name')
  if (ceremony === 'sign-in') void attempt(() => signIn(new AbortController().signal))
  else if (ceremony === 'sign-up') void attempt(() => signUp(String(name)))
  else void attempt(signOut)
})

if (ceremony !== 'sign-out' && !globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  problem.textContent = unsupported
  problem.hidden = false
} else {
  button.disabled = false
  void offerPasskeys()
}
