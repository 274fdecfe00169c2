import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright-core'
import { needCommands, which } from './debian.ts'

/** What a real Chromium shall be like. */
export interface BrowserOptions {
  /** PEM of the CA to trust, through Chromium's own certificate store: no check is turned off. */
  ca?: string
  /** Host names and the address each resolves to, instead of DNS. */
  hosts?: Record<string, string>
  colorScheme?: 'light' | 'dark'
  viewport?: { width: number; height: number }
  say?: (line: string) => void
}

export interface Browser {
  context: BrowserContext
  /** A page with a virtual platform authenticator that verifies its user and keeps discoverable passkeys. */
  page: () => Promise<PasskeyPage>
  close: () => Promise<void>
}

export interface PasskeyPage {
  page: Page
  authenticator: CDPSession
  authenticatorId: string
}

/** Quiet, and able to run as root in a container; nothing here weakens TLS. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** NSS database in a home of its own: the certificate store that Chromium on Linux reads. */
function trust(home: string, ca: string): void {
  const store = join(home, '.pki', 'nssdb')
  mkdirSync(store, { recursive: true })
  const file = join(home, 'ca.pem')
  writeFileSync(file, ca)
  execFileSync('certutil', ['-d', `sql:${store}`, '-N', '--empty-password'])
  execFileSync('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'Kiavi test CA', '-i', file])
}

export async function startBrowser(options: BrowserOptions = {}): Promise<Browser> {
  needCommands({ chromium: 'chromium', certutil: 'libnss3-tools' }, options.say ?? (() => {}))
  const home = mkdtempSync(join(tmpdir(), 'kiavi-browser-'))
  if (options.ca !== undefined) trust(home, options.ca)
  const rules = Object.entries(options.hosts ?? {}).map(([host, address]) => `MAP ${host} ${address}`)
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: which('chromium') ?? '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...flags, ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(',')}`] : [])],
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    colorScheme: options.colorScheme ?? 'light',
    viewport: options.viewport ?? { width: 1280, height: 800 },
  })
  return {
    context,
    page: () => passkeyPage(context),
    close: async () => {
      await context.close()
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function passkeyPage(context: BrowserContext): Promise<PasskeyPage> {
  const page = await context.newPage()
  const authenticator = await context.newCDPSession(page)
  await authenticator.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await authenticator.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { page, authenticator, authenticatorId }
}
