import { type Dispatcher, fetch as undiciFetch } from 'undici'

/** `fetch` over an agent of our own; undici's, since Node's own may be of another version than the agent. */
export const throughGateway =
  (dispatcher: Dispatcher): typeof fetch =>
  async (input, init = {}) => {
    const answer = await undiciFetch(input instanceof Request ? input.url : input, {
      ...(init as object),
      dispatcher,
    })
    const empty = answer.status === 204 || answer.status === 304
    return new Response(empty ? null : await answer.text(), {
      status: answer.status,
      headers: [...answer.headers],
    })
  }
