import { agentFor, verifyToken } from '../../demo/verify-token.ts'
import { throughGateway } from '../installation/gateway-fetch.ts'
import { type World, type WorldTenant } from '../installation/world.ts'
import { TenantClient } from '../tenant-client.ts'

export interface CredentialRow {
  credential: string
  atHome: boolean
  abroad: boolean
}

/** What a person of the first tenant holds, shown to the first and to the second. */
export async function foreignCredentials(
  { reach }: World,
  first: WorldTenant,
  second: WorldTenant,
): Promise<CredentialRow[]> {
  const agent = agentFor(reach)
  const send = throughGateway(agent)
  const clientOf = ({ issuer, host }: WorldTenant) =>
    new TenantClient({ url: issuer, rpId: host, fetch: send })
  const proves = (token: string, keysOf: WorldTenant) =>
    verifyToken(token, first.issuer, reach, keysOf.issuer).then(
      () => true,
      () => false,
    )
  const opensSession = async ({ issuer }: WorldTenant, token: string) =>
    (await send(`${issuer}/v1/session`, { headers: { authorization: `Bearer ${token}` } })).ok
  try {
    const home = clientOf(first)
    const abroad = clientOf(second)
    const signedUp = await home.signUp()
    const { access_token: accessToken, refresh_token: refreshToken } = signedUp.body
    const refreshes = async (client: TenantClient) =>
      (await client.post('/v1/token/refresh', { refresh_token: refreshToken })).status === 200
    const signsIn = async (client: TenantClient) => (await client.signIn(signedUp.passkey)).status === 200
    // Abroad first: at home a refresh token is good only once.
    const refreshedAbroad = await refreshes(abroad)
    return [
      {
        credential: "access token, under the issuer's JWKS",
        atHome: await proves(accessToken, first),
        abroad: await proves(accessToken, second),
      },
      {
        credential: 'access token, as bearer',
        atHome: await opensSession(first, accessToken),
        abroad: await opensSession(second, accessToken),
      },
      { credential: 'refresh token', atHome: await refreshes(home), abroad: refreshedAbroad },
      { credential: 'passkey', atHome: await signsIn(home), abroad: await signsIn(abroad) },
    ]
  } finally {
    await agent.close()
  }
}
