import { describe, expect, it } from 'vitest'
import { withoutNewSettings } from '../../../../operator/src/jobs/restore/without-new-settings.ts'

const head =
  '--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nSET transaction_timeout = 0;\nSET client_encoding = UTF8;\n'
const wanted = head.replace('SET transaction_timeout = 0;\n', '')

async function through(text: string, pieceBytes: number): Promise<string> {
  const whole = Buffer.from(text)
  async function* pieces() {
    for (let at = 0; at < whole.length; at += pieceBytes) {
      await Promise.resolve()
      yield whole.subarray(at, at + pieceBytes)
    }
  }
  const out: Uint8Array[] = []
  for await (const chunk of withoutNewSettings(pieces())) out.push(chunk)
  return Buffer.concat(out).toString('utf8')
}

describe('withoutNewSettings', () => {
  const row = 'SET transaction_timeout = 0;\n'
  it.each([
    { text: head, out: wanted, because: 'a short script has it' },
    { text: head + 'x'.repeat(9_000), out: wanted + 'x'.repeat(9_000), because: 'a long script has it' },
    { text: wanted, out: wanted, because: 'an older pg_restore never said it' },
    {
      text: head + 'y\n'.repeat(3_000) + row,
      out: wanted + 'y\n'.repeat(3_000) + row,
      because: 'a row may say the same',
    },
    { text: '', out: '', because: 'nothing is nothing' },
  ])(
    'takes out that one line at the beginning, however it comes: $because',
    async ({ text, out, because }) => {
      for (const bytes of [1, 7, 4_096, 100_000]) expect(await through(text, bytes), because).toBe(out)
    },
  )
})
