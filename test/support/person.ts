import { type Page } from 'playwright-core'

/** What a person does on the hosted pages, and what an application does for them through the API. */

/** Signs up on the hosted page; ends on the account page. */
export async function signUp(page: Page, issuer: string, name: string): Promise<void> {
  await page.goto(`${issuer}/sign-up`)
  await page.fill('#name', name)
  await page.click('form[data-ceremony="sign-up"] button')
  await page.waitForURL(`${issuer}/account`)
}

export async function signOut(page: Page, issuer: string): Promise<void> {
  await page.goto(`${issuer}/account`)
  await page.click('form[data-ceremony="sign-out"] button')
  await page.waitForURL(`${issuer}/sign-in`)
}

/** Signs in on the hosted page; ends on the account page, whose text is given back. */
export async function signIn(page: Page, issuer: string): Promise<string> {
  await page.goto(`${issuer}/sign-in`)
  // The browser may offer the passkey by itself; then nothing is left to click.
  await page
    .click('form[data-ceremony="sign-in"] button', { timeout: 5_000 })
    .catch(() => page.waitForURL(`${issuer}/account`))
  await page.waitForURL(`${issuer}/account`)
  return page.innerText('main')
}

export interface Tokens {
  access_token: string
  refresh_token: string
  expires_in: number
}

/** A sign-in by an application's own script, which wants tokens instead of a cookie. */
export function signInForTokens(page: Page): Promise<Tokens> {
  return page.evaluate(async () => {
    // Runs in the page. The API's shapes are the ones of WebAuthn Level 3.
    const post = async (path: string, body: object) => {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`)
      return answer.json() as Promise<Record<string, unknown>>
    }
    interface Passkeys {
      parseRequestOptionsFromJSON: (options: unknown) => unknown
    }
    const browser = globalThis as unknown as {
      PublicKeyCredential: Passkeys
      navigator: { credentials: { get: (options: object) => Promise<{ toJSON: () => unknown }> } }
    }
    const { publicKey } = await post('/v1/passkeys/authentication/options', {})
    const credential = await browser.navigator.credentials.get({
      publicKey: browser.PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
    })
    const answer = await post('/v1/passkeys/authentication/verify', {
      credential: credential.toJSON(),
      deliver: 'tokens',
    })
    return answer as unknown as Tokens
  })
}
