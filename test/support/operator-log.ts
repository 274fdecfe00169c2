/** What an operator should not have said, of its log. Secrets are told by the line that they are in, never shown. */

/** pino's levels. */
const errorLevel = 50

/** Node's own words about itself. */
const harmless = [/^\(node:\d+\) \w*Warning/, /^\(Use `node --/]
const crashes = /unhandledRejection|UnhandledPromiseRejection|uncaughtException|PRIVATE KEY/

function complaintIn(line: string): string | undefined {
  if (crashes.test(line)) return `said: ${line.slice(0, 300)}`
  if (!line.startsWith('{'))
    return harmless.some((pattern) => pattern.test(line)) ? undefined : `said: ${line}`
  try {
    const { level } = JSON.parse(line) as { level?: number | string }
    const isError = typeof level === 'number' ? level >= errorLevel : level === 'error' || level === 'fatal'
    return isError ? `said as an error: ${line.slice(0, 600)}` : undefined
  } catch {
    return `said what is no JSON: ${line.slice(0, 300)}`
  }
}

export function complaintsIn(log: string, secrets: readonly string[]): string[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line, index) => {
      if (secrets.some((secret) => line.includes(secret)))
        return [`line ${index + 1} of its log holds a secret`]
      const complaint = complaintIn(line)
      return complaint === undefined ? [] : [complaint]
    })
}
