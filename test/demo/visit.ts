import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startBrowser } from '../support/browser.ts'
import { signIn, signInForTokens, signOut, signUp, type Tokens } from '../support/person.ts'
import { type Reach } from './verify-token.ts'

export interface Visit {
  account: string
  tokens: Tokens
  screenshots: string[]
}

/** A person signs up, out, and in again with the same passkey; then an application's script signs them in. */
export async function visit(options: {
  host: string
  reach: Reach
  folder: string
  say: (line: string) => void
}): Promise<Visit> {
  const { host, reach, folder, say } = options
  const issuer = `https://${host}`
  mkdirSync(folder, { recursive: true })
  const browser = await startBrowser({ ca: reach.ca, hosts: { [host]: reach.address }, say })
  const screenshots: string[] = []
  try {
    const { page, authenticator, authenticatorId } = await browser.page()
    const presence = (enabled: boolean) =>
      authenticator.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    const picture = async (name: string) => {
      const path = join(folder, `${name}.png`)
      await page.screenshot({ path })
      screenshots.push(path)
    }
    await page.goto(`${issuer}/sign-up`)
    await picture('sign-up')
    await signUp(page, issuer, 'Ada')
    say('Signed up with a passkey.')
    // The page offers the passkey by itself: nobody takes it before the picture is taken.
    await presence(false)
    await signOut(page, issuer)
    await picture('sign-in')
    await page.goto('about:blank')
    await presence(true)
    const account = await signIn(page, issuer)
    await picture('account')
    say('Signed in again with the same passkey.')
    return { account, tokens: await signInForTokens(page), screenshots }
  } finally {
    await browser.close()
  }
}
