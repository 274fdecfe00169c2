// What signed-in people do with their account: sign out, remove a passkey, erase everything. For the last two they use a
// passkey once more: the service asks for a fresh sign-in, and it is a better question than "Are you sure?".

const account = /** @type {HTMLElement} */ (document.querySelector('[data-account]'))
const erased = /** @type {HTMLElement} */ (document.querySelector('[data-erased]'))

/** How often a page asks whether an erasure is confirmed, in milliseconds, and how many times. */
const confirmation = { every: 5_000, times: 60 }

const ownPasskeys = [...document.querySelectorAll('[data-passkey]')].map(
  (item) => /** @type {HTMLElement} */ (item).dataset.passkey ?? '',
)

/**
 * Lets the passkey manager know which passkeys are still good, where it listens.
 * @param {object} signal
 */
async function tellPasskeyManager(signal) {
  const { signalAllAcceptedCredentials } =
    /** @type {{ signalAllAcceptedCredentials?: (signal: object) => Promise<void> }} */ (
      /** @type {unknown} */ (PublicKeyCredential)
    )
  await signalAllAcceptedCredentials?.call(PublicKeyCredential, signal).catch(() => undefined)
}

async function signOut() {
  await post('/v1/session/end', {})
  location.assign('/sign-in')
}

/** @param {string} id */
async function removePasskey(id) {
  // With one that stays, so that nobody is left with none that works.
  await usePasskey({}, { among: ownPasskeys.filter((other) => other !== id) })
  const { signal } = await post('/v1/user/passkeys/remove', { id })
  await tellPasskeyManager(signal)
  location.assign('/account')
}

/** @param {string} receipt */
async function awaitConfirmation(receipt) {
  for (let asked = 0; asked < confirmation.times; asked += 1) {
    await new Promise((resolve) => setTimeout(resolve, confirmation.every))
    const { erasure } = (await ask(`/v1/erasures/${receipt}`).catch(() => undefined)) ?? {}
    if (erasure?.state === 'Confirmed') return showErased(erasure)
  }
}

/** @param {{ id: string, state: string }} erasure */
function showErased({ id, state }) {
  account.hidden = true
  erased.hidden = false
  for (const part of erased.querySelectorAll('[data-state]'))
    /** @type {HTMLElement} */ (part).hidden = part.getAttribute('data-state') !== state
  const receipt = /** @type {HTMLAnchorElement} */ (erased.querySelector('[data-receipt]'))
  receipt.href = `/v1/erasures/${id}`
  receipt.textContent = receipt.href
}

async function eraseAccount() {
  await usePasskey({}, { among: ownPasskeys })
  const { erasure, signal } = await post('/v1/user/erase', { user_id: account.dataset.account })
  await tellPasskeyManager(signal)
  showErased(erasure)
  erased.querySelector('h1')?.focus()
  if (erasure.state !== 'Confirmed') void awaitConfirmation(erasure.id)
}

for (const found of document.querySelectorAll('form[data-ceremony]')) {
  const form = /** @type {HTMLFormElement} */ (found)
  const { ceremony, id = '' } = form.dataset
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const work =
      ceremony === 'sign-out' ? signOut : ceremony === 'erase' ? eraseAccount : () => removePasskey(id)
    void attempt(form, work)
  })
  if (ceremony === 'sign-out' || passkeysWork) partsOf(form).button.disabled = false
  else tell(form, new Refused(unsupported))
}
