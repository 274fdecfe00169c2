import { type FastifyInstance, type FastifyReply } from 'fastify'
import { type Dependencies } from '../dependencies.ts'
import { accountPage } from '../pages/account.ts'
import { createLayout, type Page } from '../pages/layout.ts'
import { signInPage } from '../pages/sign-in.ts'
import { signUpPage } from '../pages/sign-up.ts'
import { cookieSession } from './session.ts'

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
  const make = createLayout(brand, deps.assets)
  const signIn = make('Sign in', signInPage(brand))
  const signUp = make('Create an account', signUpPage(brand))

  app.get('/sign-in', (_request, reply) => send(reply, signIn, 'no-cache'))
  app.get('/sign-up', (_request, reply) => send(reply, signUp, 'no-cache'))
  app.get('/account', async (request, reply) => {
    const session = await cookieSession(deps, request)
    if (session === undefined) return reply.header('cache-control', 'no-store').redirect('/sign-in', 303)
    const main = accountPage({ name: session.name, since: session.authenticatedAt })
    return send(reply, make('Your account', main), 'no-store')
  })
  app.get('/', (_request, reply) => reply.header('cache-control', 'no-store').redirect('/account', 303))
}
