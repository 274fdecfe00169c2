import { describe, expect, it } from 'vitest'
import { sqlEffects, stripLiterals } from './sql-words.ts'

const words = (text: string) => sqlEffects(text).map(({ verb, object }) => `${verb} ${object}`.trim())

describe('sqlEffects', () => {
  it.each<[string, string[]]>([
    ['CREATE ROLE "kiavi_x_app" LOGIN PASSWORD \'s3cret\'', ['CREATE ROLE kiavi_x_app']],
    ["alter role kiavi_x_app with password 's3''cret'", ['ALTER ROLE kiavi_x_app']],
    ['CREATE DATABASE kiavi_x ALLOW_CONNECTIONS false', ['CREATE DATABASE kiavi_x']],
    ['REVOKE ALL ON DATABASE "kiavi_x" FROM PUBLIC', ['REVOKE DATABASE kiavi_x']],
    ['GRANT kiavi_x_owner TO admin', ['GRANT TO admin']],
    ['COMMENT ON DATABASE kiavi_x IS \'{"tenantID":"x"}\'', ['COMMENT DATABASE kiavi_x']],
    ['CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION kiavi_x_owner', ['CREATE SCHEMA auth']],
    ['GRANT SELECT ON ALL TABLES IN SCHEMA auth TO kiavi_x_backup', ['GRANT TABLES IN SCHEMA auth']],
    [
      'ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA auth GRANT SELECT ON TABLES TO b',
      ['ALTER DEFAULT PRIVILEGES a'],
    ],
    ['INSERT INTO outbox.event VALUES ($1)', ['INSERT INTO outbox']],
    ['WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone', ['DELETE FROM a']],
    ["DO $body$ BEGIN EXECUTE 'DROP ROLE x'; END $body$", ['DO']],
    ['BEGIN; GRANT CONNECT ON DATABASE a TO b; COMMIT', ['GRANT DATABASE a', 'COMMIT']],
    ['end', ['COMMIT']],
    ['/* DROP TABLE a */ SELECT 1 -- ; DROP TABLE b', []],
    ["SELECT 'DROP TABLE a; CREATE ROLE b'", []],
    ['BEGIN', []],
    ['ROLLBACK', []],
    ['SET ROLE kiavi_x_owner', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it('keeps nothing of a literal, also of one that never ends', () => {
    for (const text of [
      "ALTER ROLE a PASSWORD 'hunter2'",
      "ALTER ROLE a PASSWORD 'hunter2",
      'ALTER ROLE a PASSWORD $$hunter2$$',
      'ALTER ROLE a PASSWORD $p$hunter2',
      "ALTER ROLE a -- hunter2\n PASSWORD E'hunter2'",
    ]) {
      expect(JSON.stringify(sqlEffects(text)), text).not.toContain('hunter2')
      expect(stripLiterals(text), text).not.toContain('hunter2')
    }
  })
})
