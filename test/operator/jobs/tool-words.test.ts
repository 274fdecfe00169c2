import { describe, expect, it } from 'vitest'
import { toolWords } from '../../../operator/src/jobs/tool-words.ts'

describe('toolWords', () => {
  it.each([
    {
      lines: [
        'pg_dump: reading schemas',
        'pg_dump: error: aborting because of server version mismatch',
        'pg_dump: detail: server version: 18.4',
      ],
      words: 'aborting because of server version mismatch',
      because: 'the error is what counts',
    },
    {
      lines: [
        'pg_restore: error: COPY failed for table "users": ERROR:  duplicate key value violates unique constraint "users_pkey"',
        'DETAIL:  Key (name)=(Zoë) already exists.',
        'CONTEXT:  COPY users, line 7',
      ],
      words:
        'COPY failed for table "users": ERROR:  duplicate key value violates unique constraint "users_pkey"',
      because: 'details hold rows',
    },
    {
      lines: [
        'pg_restore: error: COPY failed for table "users": ERROR:  invalid input syntax for type uuid: "Zoë"',
      ],
      words: 'COPY failed for table "users": ERROR:  invalid input syntax for type uuid',
      because: 'a value may be a name',
    },
    {
      lines: ['psql:<stdin>:81: ERROR:  invalid input syntax for type integer: "Zo', 'ë"'],
      words: 'invalid input syntax for type integer',
      because: 'a value may have several lines',
    },
    {
      lines: [
        'age: error: no identity matched any of the recipients',
        'age: report unexpected or unhelpful errors',
      ],
      words: 'no identity matched any of the recipients',
      because: 'age says it so',
    },
    { lines: ['Zoë', 'Segmentation fault'], words: '', because: 'what is no error line may be anything' },
    { lines: [1, 2, 3].map((n) => `pg_dump: error: ${String(n)}`), words: '1; 2', because: 'two are enough' },
    {
      lines: [`pg_dump: error: ${'x'.repeat(9_000)}`],
      words: 'x'.repeat(300),
      because: 'a message has no room for more',
    },
  ])('says "$words": $because', ({ lines, words, because }) => {
    expect(toolWords(lines), because).toBe(words)
  })
})
