// What the scripts of all hosted pages need: asking the service, using a passkey, telling what went wrong. A page's own
// script follows it in the same element. Plain JavaScript, so that what is served is what is read here;
// `tsc -p runtime/src/pages/browser` checks it.

const sentences = {
  NotAllowedError: 'Nothing was chosen, or it took too long. Please try again.',
  InvalidStateError: 'This device has a passkey for this account already. Sign in with it.',
  SecurityError: 'Passkeys cannot be used at this address.',
  NotSupportedError: 'This device cannot save a passkey that works here.',
}
const offline = 'The service cannot be reached. Check your connection and try again.'
const unsupported = 'This browser does not support passkeys. Please use a newer one.'

const passkeysWork = Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON)

/** A refusal that the service put in words. */
class Refused extends Error {}

/** @param {string} path @param {RequestInit} [more] */
async function ask(path, more) {
  let response
  try {
    response = await fetch(path, more)
  } catch {
    throw new Refused(offline)
  }
  if (response.status === 204) return undefined
  const answer = await response.json().catch(() => undefined)
  if (!response.ok) throw new Refused(answer?.error_description ?? offline)
  return answer
}

/** @param {string} path @param {object} body */
const post = (path, body) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/**
 * Signs in with a passkey that the browser offers; with one of these alone where they are named.
 * @param {CredentialRequestOptions} [more] @param {{ among?: string[], chosen?: () => void }} [terms]
 */
async function usePasskey(more, { among = [], chosen } = {}) {
  const { publicKey } = await post('/v1/passkeys/authentication/options', {})
  const allowCredentials = among.map((id) => ({ type: 'public-key', id }))
  const credential = /** @type {PublicKeyCredential} */ (
    await navigator.credentials.get({
      ...more,
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({ ...publicKey, allowCredentials }),
    })
  )
  chosen?.()
  await post('/v1/passkeys/authentication/verify', { credential: credential.toJSON(), deliver: 'cookie' })
}

/** @param {HTMLFormElement} form */
const partsOf = (form) => ({
  button: /** @type {HTMLButtonElement} */ (form.querySelector('button')),
  problem: /** @type {HTMLElement} */ (form.querySelector('.problem')),
})

/** @param {HTMLFormElement} form @param {unknown} error */
function tell(form, error) {
  const { problem } = partsOf(form)
  const name = error instanceof Error ? error.name : ''
  problem.textContent =
    error instanceof Refused
      ? error.message
      : (sentences[/** @type {keyof typeof sentences} */ (name)] ?? offline)
  problem.hidden = false
}

/** @param {HTMLFormElement} form @param {() => Promise<void>} work */
async function attempt(form, work) {
  const { button, problem } = partsOf(form)
  problem.hidden = true
  button.disabled = true
  form.setAttribute('aria-busy', 'true')
  const { textContent: idle } = button
  button.textContent = button.dataset.busy ?? idle
  try {
    await work()
  } catch (error) {
    tell(form, error)
    button.textContent = idle
    button.disabled = false
    form.removeAttribute('aria-busy')
    return false
  }
  return true
}
