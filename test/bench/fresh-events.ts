/** Recorded writes about the same objects again: only what was created needs another name. Pure. */
import { type AnsweredWrite } from '../support/fault-proxy.ts'

interface Created {
  metadata?: { name?: string }
}

const digit = /[0-9a-f]$/

/** Texts of these writes with other names, of the same length, for the events among them. */
export function freshEvents(
  writes: readonly Pick<AnsweredWrite, 'method' | 'path' | 'body'>[],
): (text: string) => string {
  const names = writes
    .filter(({ method, path }) => method === 'POST' && /\/events(?:\?|$)/.test(path))
    .map(({ body }) => (JSON.parse(body.toString('utf8')) as Created).metadata?.name ?? '')
  const renamed = names.map((name): [string, string] => [
    name,
    name.replace(digit, (last) => (last === '0' ? '1' : '0')),
  ])
  return (text) => renamed.reduce((result, [from, to]) => result.replaceAll(from, to), text)
}
