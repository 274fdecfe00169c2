import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload } from 'jose'
import { Agent } from 'undici'
import { throughGateway } from '../support/installation/gateway-fetch.ts'

/** How to reach a host of the test cluster: its address instead of DNS, its CA instead of the system's. */
export interface Reach {
  address: string
  ca: string
}

export const agentFor = ({ address, ca }: Reach) =>
  new Agent({
    connect: {
      ca,
      lookup: (_name, options, callback) => {
        if (options.all === true) callback(null, [{ address, family: 4 }])
        else callback(null, address, 4)
      },
    },
  })

/** What an application does with a token: jose, and the JWKS that the issuer (or another, where asked) publishes. */
export async function verifyToken(
  token: string,
  issuer: string,
  reach: Reach,
  publishedBy = issuer,
): Promise<{ claims: JWTPayload; kid: string | undefined }> {
  const dispatcher = agentFor(reach)
  const jwks = createRemoteJWKSet(new URL(`${publishedBy}/.well-known/jwks.json`), {
    [customFetch]: throughGateway(dispatcher),
  })
  try {
    const { payload, protectedHeader } = await jwtVerify(token, jwks, { issuer, algorithms: ['RS256'] })
    return { claims: payload, kid: protectedHeader.kid }
  } finally {
    await dispatcher.close()
  }
}
