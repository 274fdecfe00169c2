const error = /^(?:pg_\w+|age): (?:error|fatal): (.+)$|^psql:[^ ]+: (?:ERROR|FATAL): +(.+)$/
/** A server quotes the value that it could not take: `invalid input syntax for type uuid: "..."`. */
const quotedValue = /: "[^"]*"?$/
const most = 300

/**
 * What a tool said of its failure, from its stderr: the lines that it calls errors, without details, contexts and
 * values, since those may hold a person's data. Empty where it called nothing an error.
 */
export function toolWords(lines: readonly string[]): string {
  const errors = lines.flatMap((line) => {
    const [, ours, servers] = error.exec(line.trimEnd()) ?? []
    return ours ?? servers ?? []
  })
  const words = errors.slice(0, 2).map((line) => line.replace(quotedValue, ''))
  return words.join('; ').slice(0, most)
}
