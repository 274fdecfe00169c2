import { type FastifyInstance, type FastifyReply } from 'fastify'
import { type Dependencies } from '../dependencies.ts'
import { accountPage } from '../pages/account.ts'
import { createLayout, type Page } from '../pages/layout.ts'
import { signInPage } from '../pages/sign-in.ts'
import { signUpPage } from '../pages/sign-up.ts'
import { cookieSession } from './signed-in.ts'

const send = (reply: FastifyReply, page: Page, cacheControl: string) =>
  reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': page.contentSecurityPolicy,
      'cache-control': cacheControl,
    })
    .send(page.body)

/** The hosted pages: for applications that send people here instead of building their own. */
export function pages(app: FastifyInstance, deps: Dependencies): void {
  const brand = deps.tenant.displayName
  const make = createLayout(brand, deps.assets, 'sign')
  const makeAccount = createLayout(brand, deps.assets, 'account')
  const signIn = make('Sign in', signInPage(brand))
  const signUp = make('Create an account', signUpPage(brand))

  app.get('/sign-in', (_request, reply) => send(reply, signIn, 'no-cache'))
  app.get('/sign-up', (_request, reply) => send(reply, signUp, 'no-cache'))
  app.get('/account', async (request, reply) => {
    const session = await cookieSession(deps, request)
    const own = session && (await deps.store.listPasskeys(session.userID))
    if (session === undefined || own === undefined)
      return reply.header('cache-control', 'no-store').redirect('/sign-in', 303)
    const { userID: id, name, authenticatedAt: since } = session
    const passkeys = own.passkeys.map((passkey) => ({ ...passkey, id: passkey.id.toString('base64url') }))
    return send(reply, makeAccount('Your account', accountPage({ id, name, since }, passkeys)), 'no-store')
  })
  app.get('/', (_request, reply) => reply.header('cache-control', 'no-store').redirect('/account', 303))
}
