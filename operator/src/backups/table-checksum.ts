import { type TableFacts, tableKey } from './manifest.ts'

/**
 * The checksum of a table's content, the same before a dump and after a restore, on whatever server version:
 *
 * 1. A row's text is `ROW(columns)::text` with the columns in the order of their names (byte order), under the settings
 *    below: PostgreSQL's own composite text, in which NULL, '' and every separator are told apart.
 * 2. A row's hash is SHA-256 over that text in UTF-8.
 * 3. Each hash is cut into four signed 64-bit integers (big-endian). Over all rows, the first are added up, the second
 *    and so on; each sum is taken modulo 2^64.
 * 4. The four sums, 16 hex digits each, are the checksum. A table without rows has 64 zeros.
 *
 * Addition makes it independent of the order of rows, and counts a row that is there twice twice. Rows have random IDs,
 * so that nothing of a person can be guessed from a checksum.
 */
export interface TableShape {
  schema: string
  name: string
  /** Sorted by their bytes. */
  columns: string[]
}

/** What a value's text depends on; for one transaction. With row_security off, a hidden row is an error. */
export const textSettings: readonly string[] = [
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL IntervalStyle = 'postgres'",
  "SET LOCAL bytea_output = 'hex'",
  "SET LOCAL extra_float_digits = '1'",
  "SET LOCAL lc_monetary = 'C'",
  "SET LOCAL search_path = 'pg_catalog'",
  "SET LOCAL row_security = 'off'",
]

/** `$1`: the schemas. Tables that hold rows of their own, so the leaves of a partitioned one. */
export const tablesSql = `
  SELECT n.nspname::text AS schema, c.relname::text AS name,
         coalesce(array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C")
                    FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind = 'r' AND n.nspname = ANY ($1)
  GROUP BY n.nspname, c.relname
  ORDER BY n.nspname::text COLLATE "C", c.relname::text COLLATE "C"`

/** One row: `rows` and the sums `a` to `d`, all as text. `quote` makes an identifier. */
export function checksumSql({ schema, name, columns }: TableShape, quote: (name: string) => string): string {
  const row = `ROW(${columns.map(quote).join(', ')})::text`
  const sums = ['a', 'b', 'c', 'd'].map(
    (sum, at) => `sum(('x' || substr(h, ${String(at * 16 + 1)}, 16))::bit(64)::bigint)::text AS ${sum}`,
  )
  // OFFSET 0 keeps the planner from hashing each row four times.
  return `
    SELECT count(*)::text AS rows, ${sums.join(', ')}
    FROM (SELECT encode(sha256(convert_to(${row}, 'UTF8')), 'hex') AS h
          FROM ONLY ${quote(schema)}.${quote(name)} OFFSET 0) AS hashed`
}

/** The row that `checksumSql` gave, as the manifest has it. */
export function tableFacts({ schema, name }: TableShape, found: Record<string, unknown>): TableFacts {
  const hex = (sum: unknown) =>
    BigInt.asUintN(64, BigInt(typeof sum === 'string' ? sum : 0))
      .toString(16)
      .padStart(16, '0')
  const { rows, a, b, c, d } = found
  return { schema, name, rows: Number(rows), checksum: [a, b, c, d].map(hex).join('') }
}

/** What is missing, too much or different, in words: `auth.users: 3 rows instead of 4`. Empty: all is equal. */
export function tableDifferences(expected: readonly TableFacts[], found: readonly TableFacts[]): string[] {
  const called = ({ schema, name }: TableFacts) => `${schema}.${name}`
  const there = new Map(found.map((table) => [tableKey(table), table]))
  const wanted = new Set(expected.map(tableKey))
  return [
    ...expected.flatMap((table) => {
      const other = there.get(tableKey(table))
      if (other === undefined) return `${called(table)}: missing`
      if (other.rows !== table.rows)
        return `${called(table)}: ${String(other.rows)} rows instead of ${String(table.rows)}`
      return other.checksum === table.checksum ? [] : `${called(table)}: another content`
    }),
    ...found
      .filter((table) => !wanted.has(tableKey(table)))
      .map((table) => `${called(table)}: not in the backup`),
  ]
}
