/** A few people with real passkeys among the crowd; they come in through the gateway. */
import { agentFor } from '../../demo/verify-token.ts'
import { throughGateway } from '../installation/gateway-fetch.ts'
import { type World, type WorldTenant } from '../installation/world.ts'
import { TenantClient } from '../tenant-client.ts'

/** Their authenticators; they outlive clusters. */
export type People = TenantClient[]

/** `reach` may be another cluster's later: where they go is asked anew with each request. */
export async function signUpPeople(
  at: () => { world: World; tenant: WorldTenant },
  count: number,
): Promise<People> {
  const send: typeof fetch = async (input, init) => {
    const agent = agentFor(at().world.reach)
    try {
      const answer = await throughGateway(agent)(input, init)
      // Read before the connection goes.
      return new Response(await answer.arrayBuffer(), answer)
    } finally {
      await agent.close()
    }
  }
  const { issuer, host } = at().tenant
  const people: People = []
  for (let index = 0; index < count; index++) {
    const client = new TenantClient({ url: issuer, rpId: host, fetch: send })
    const { status } = await client.signUp(`Person ${index}`)
    if (status >= 300) throw new Error(`Person ${index} could not sign up: ${status}.`)
    people.push(client)
  }
  return people
}

/** How many of them get in with the passkeys that they have. */
export async function signedIn(people: People): Promise<number> {
  let count = 0
  for (const person of people) if ((await person.signIn()).status === 200) count++
  return count
}
