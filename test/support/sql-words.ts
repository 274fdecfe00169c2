/**
 * What a statement does, in words that cannot hold a secret: its first word, the kind and the name of its object.
 * Literals, comments and quoted bodies are thrown away before anything is looked at.
 */
import { type EffectName } from './effect-ledger.ts'

/** First words that change something that lasts. `DO` and `CALL` may, so they count. */
const changing = new Set(
  'ALTER CALL COMMENT COMMIT COPY CREATE DELETE DO DROP GRANT IMPORT INSERT MERGE REASSIGN REFRESH REVOKE SECURITY TRUNCATE UPDATE'.split(
    ' ',
  ),
)
/** `END` is another word for COMMIT. */
const synonyms: Record<string, string> = { END: 'COMMIT' }

const kinds = 'DATABASE|ROLE|USER|SCHEMA|TABLE|SEQUENCE|FUNCTION|INDEX|VIEW|EXTENSION|TYPE|TRIGGER|POLICY'
const name = String.raw`(?:"(?<quoted>[a-z0-9_]+)"|(?<bare>[a-z0-9_]+))`
/** Tried in this order. */
const objects = [
  String.raw`\b(?<kind>DEFAULT PRIVILEGES) FOR ROLE\s+${name}`,
  String.raw`\b(?<kind>(?:TABLES|SEQUENCES|FUNCTIONS) IN SCHEMA)\s+${name}`,
  String.raw`\b(?<kind>${kinds})\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?${name}`,
  String.raw`\b(?<kind>INTO|FROM|UPDATE|ON|TO)\s+${name}`,
].map((pattern) => new RegExp(pattern, 'i'))

/** Without comments, literals and dollar-quoted bodies. */
export const stripLiterals = (text: string) =>
  text
    .replace(/\$([a-z_]*)\$[\s\S]*?(?:\$\1\$|$)/gi, "''")
    .replace(/'(?:[^']|'')*(?:'|$)/g, "''")
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '')
    .trim()

/** The parts of a message that change something, in order; a query string may hold several statements. */
export function sqlEffects(text: string): EffectName[] {
  return stripLiterals(text)
    .split(';')
    .flatMap((statement) => {
      const effect = sqlEffect(statement.trim())
      return effect === undefined ? [] : [effect]
    })
}

function sqlEffect(statement: string): EffectName | undefined {
  const written = /^\w+/.exec(statement)?.[0].toUpperCase() ?? ''
  const word = synonyms[written] ?? written
  const verb =
    word === 'WITH' ? /\b(INSERT|UPDATE|DELETE|MERGE)\b/i.exec(statement)?.[1]?.toUpperCase() : word
  if (verb === undefined || !changing.has(verb)) return undefined
  return { backend: 'sql', verb, object: objectOf(statement) }
}

function objectOf(statement: string): string {
  for (const pattern of objects) {
    const groups = pattern.exec(statement)?.groups
    if (groups !== undefined)
      return `${groups['kind']?.toUpperCase() ?? ''} ${groups['quoted'] ?? groups['bare'] ?? ''}`
  }
  return ''
}
