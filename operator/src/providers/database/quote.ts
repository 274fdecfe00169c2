/** The two ways by which a value may enter SQL text. Nothing else in this folder writes a quote. */

/** An SQL identifier. PostgreSQL cuts names after 63 bytes without a word, so a longer one is refused here. */
export function identifier(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63) {
    throw new TypeError('An SQL identifier has 1 to 63 bytes and no NUL.')
  }
  return `"${name.replaceAll('"', '""')}"`
}

/** An SQL string constant, safe whatever `standard_conforming_strings` says. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new TypeError('An SQL string has no NUL.')
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? `E${quoted}` : quoted
}
