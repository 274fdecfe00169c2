/** What a secret looks like wherever it could turn up, and whether it does. */
import { createPrivateKey } from 'node:crypto'

export interface Needle {
  /** Of which Secret and key it is; shown in place of it. */
  label: string
  /** Secrets, as `namespace/name`, that are meant to hold it. */
  homes: ReadonlySet<string>
  /** Every spelling of it. */
  forms: readonly string[]
}

/** Anything shorter stands in texts by chance. */
const shortestForm = 16
const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** Plain, base64, base64url, hex, and inside of JSON. */
function spellings(bytes: Buffer): string[] {
  const text = bytes.toString('utf8')
  return [
    ...(text.includes('\uFFFD') ? [] : [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

/** Of a private key: the PEM with each of its lines, DER, and every private number of its JWK. */
function keySpellings(pem: string): string[] {
  const key = createPrivateKey(pem)
  const jwk = key.export({ format: 'jwk' })
  const lines = pem.split('\n').filter((line) => line.length >= 60 && !line.startsWith('-----'))
  const numbers = privateParts.flatMap((part) => jwk[part] ?? [])
  return [
    ...spellings(Buffer.from(pem)),
    ...spellings(key.export({ format: 'der', type: 'pkcs8' })),
    ...lines,
    ...numbers.flatMap((number) => spellings(Buffer.from(number, 'base64url'))),
  ]
}

export function needle(label: string, secret: string, homes: Iterable<string> = []): Needle {
  const all = secret.includes('PRIVATE KEY-----') ? keySpellings(secret) : spellings(Buffer.from(secret))
  return {
    label,
    homes: new Set(homes),
    forms: [...new Set(all)].filter((form) => form.length >= shortestForm),
  }
}

/** Labels of what stands in the text. `holder`: the Secret that the text was taken from. */
export function found(text: string, needles: readonly Needle[], holder?: string): string[] {
  return needles
    .filter(({ homes }) => holder === undefined || !homes.has(holder))
    .filter(({ forms }) => forms.some((form) => text.includes(form)))
    .map(({ label }) => label)
}
