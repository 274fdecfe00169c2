import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser, type Browser } from '../../support/browser.ts'
import { signUp } from '../../support/person.ts'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { makeTenant, type RunningRuntime, type TenantFixture } from '../../support/tenant-runtime.ts'

let server: PostgresServer
let tenant: TenantFixture
let runtime: RunningRuntime
let browser: Browser
let sql: Client

beforeAll(async () => {
  server = await startPostgres({ version: 15 })
  tenant = await makeTenant(server, 'k3x9q7w2ab', { displayName: `Acme <b>& "Söhne"</b>` })
  await tenant.migrate()
  runtime = await tenant.start()
  sql = await server.connect(server.superuser, tenant.database.name)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser.close()
  await sql.end()
  await runtime.stop()
  tenant.remove()
  await server.stop()
})

describe('the hosted pages', () => {
  it('sign a person up, out, and in again by the browser’s own offer, with nothing from elsewhere', async () => {
    const { page, authenticator, authenticatorId } = await browser.page()
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))

    await page.goto(`${tenant.url}/`)
    expect(page.url()).toBe(`${tenant.url}/sign-in`)
    await page.click('text=Create an account')
    await page.fill('#name', 'Ada <i>')
    await page.click('button')
    await page.waitForURL('**/account')
    expect(await page.textContent('dd')).toBe('Ada <i>')
    expect(await page.textContent('.brand')).toContain('Acme <b>& "Söhne"</b>')
    const { credentials } = await authenticator.send('WebAuthn.getCredentials', { authenticatorId })
    expect(credentials).toMatchObject([
      { isResidentCredential: true, rpId: 'localhost', userName: 'Ada <i>' },
    ])

    const cookies = await browser.context.cookies()
    expect(cookies).toMatchObject([
      { name: '__Host-kiavi_session', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
    ])

    await page.click('text=Sign out')
    await page.waitForURL('**/sign-in')
    // Conditional UI: the virtual authenticator takes the offer by itself.
    await page.waitForURL('**/account')
    expect(asked.filter((url) => !url.startsWith(tenant.url) && !url.startsWith('data:'))).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  })

  it('say in a plain sentence that a passkey was refused, and let the person try again', async () => {
    const { page, authenticator, authenticatorId } = await browser.page()
    await page.goto(`${tenant.url}/sign-up`)
    await authenticator.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.fill('#name', 'Ada')
    await page.click('button')
    await page.waitForSelector('.problem:not([hidden])')
    expect(await page.textContent('form .problem')).toBe(
      'Nothing was chosen, or it took too long. Please try again.',
    )
    await authenticator.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await page.click('button')
    await page.waitForURL('**/account')
    await page.close()
  })

  it('show a person their passkeys, remove one, and erase the account with a passkey used once more', async () => {
    const { page, authenticator, authenticatorId } = await browser.page()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await signUp(page, tenant.url, 'Ada')
    expect(await page.locator('[data-passkey]').count()).toBe(1)
    expect(await page.locator('[data-passkey] form').count(), 'the only one stays').toBe(0)
    await sql.query(
      `INSERT INTO auth.passkeys SELECT sha256('lost'), user_id, public_key, algorithm, sign_count, backup_eligible,
         backed_up, '{usb}', aaguid, created_at + interval '1 s', last_used_at FROM auth.passkeys
       ORDER BY created_at DESC LIMIT 1`,
    )
    await page.reload()
    const lost = page.locator('[data-passkey]', { hasText: 'Security key' })
    await lost.locator('summary').click()
    await authenticator.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await lost.locator('button').click()
    await page.waitForSelector('li .problem:not([hidden])')
    await authenticator.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await Promise.all([page.waitForEvent('framenavigated'), lost.locator('button').click()])
    expect(await page.locator('[data-passkey]').count()).toBe(1)

    await page.locator('details.leave summary').click()
    await page.click('text=Erase my account for good')
    const journal = async () =>
      (await sql.query('DELETE FROM outbox.journal RETURNING kind')).rows as { kind: string }[]
    const taken: string[] = []
    while (!taken.includes('person_erased')) taken.push(...(await journal()).map(({ kind }) => kind))
    await page.waitForSelector('text=Your account is erased')
    expect(await page.innerText('main')).toContain(
      'It is confirmed: not even a restored backup can bring it back.',
    )
    expect(await page.isVisible('[data-account]')).toBe(false)
    expect(taken).toEqual(['passkey_removed', 'person_erased'])
    expect(await browser.context.cookies()).toEqual([])
    await page.goto(`${tenant.url}/account`)
    expect(page.url()).toBe(`${tenant.url}/sign-in`)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('say that an erasure is not confirmed yet, and then that it is', async () => {
    const { page } = await browser.page()
    await signUp(page, tenant.url, 'Ada')
    await page.locator('details.leave summary').click()
    await page.click('text=Erase my account for good')
    await page.waitForSelector('text=still making sure')
    const receipt = (await page.textContent('[data-receipt]')) ?? ''
    expect(await (await fetch(receipt)).json()).toMatchObject({ erasure: { state: 'Recorded' } })
    await sql.query('DELETE FROM outbox.journal')
    await page.waitForSelector('text=It is confirmed')
    expect(await page.isVisible('text=still making sure')).toBe(false)
    await page.close()
  })

  it.each(['/sign-in', '/sign-up'])('%s is one small answer with a strict policy', async (path) => {
    const response = await fetch(tenant.url + path)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'/,
    )
    expect((await response.text()).length).toBeLessThan(16_000)
    expect(response.headers.get('set-cookie')).toBeNull()
  })
})
