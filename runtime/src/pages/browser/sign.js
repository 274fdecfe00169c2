// Signing in and signing up, with the browser's own passkey functions.

const ceremonyForm = /** @type {HTMLFormElement} */ (document.querySelector('form[data-ceremony]'))
const { ceremony } = ceremonyForm.dataset

const enter = () => location.assign('/account')

/** @param {CredentialRequestOptions} [more] */
async function signIn(more) {
  await usePasskey(more, { chosen: () => ceremonyForm.setAttribute('aria-busy', 'true') })
  enter()
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
  enter()
}

/** The browser's offer in the field, waiting until a button is pressed instead. */
let offer = new AbortController()

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
    await signIn({ signal: mine.signal, mediation: 'conditional' })
  } catch (error) {
    if (mine.signal.aborted) return
    ceremonyForm.removeAttribute('aria-busy')
    if (error instanceof Refused) tell(ceremonyForm, error)
  } finally {
    clearTimeout(renewal)
  }
}

ceremonyForm.addEventListener('submit', (event) => {
  event.preventDefault()
  offer.abort()
  const name = new FormData(ceremonyForm).get('name')
  const work = ceremony === 'sign-in' ? () => signIn() : () => signUp(String(name))
  void attempt(ceremonyForm, work).then((done) => (done ? undefined : offerPasskeys()))
})

if (passkeysWork) {
  partsOf(ceremonyForm).button.disabled = false
  void offerPasskeys()
} else {
  tell(ceremonyForm, new Refused(unsupported))
}
