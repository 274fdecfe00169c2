const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const checksumLength = 6

/** Bech32 (BIP 173), in which age writes its keys; without that text's limit of 90 characters, as age has it. */
export function bech32(prefix: string, bytes: Uint8Array): string {
  const words = regroup(bytes, 8, 5)
  const sum = polymod([...expanded(prefix), ...words, ...Array<number>(checksumLength).fill(0)]) ^ 1
  const checksum = Array.from({ length: checksumLength }, (_, at) => (sum >> (5 * (5 - at))) & 31)
  return `${prefix}1${[...words, ...checksum].map((word) => alphabet.charAt(word)).join('')}`
}

/** The bytes of a text with this prefix, in lower case; `undefined` where it is not one. */
export function readBech32(prefix: string, text: string): Uint8Array | undefined {
  if (!text.startsWith(`${prefix}1`)) return undefined
  const words = Array.from(text.slice(prefix.length + 1), (letter) => alphabet.indexOf(letter))
  if (words.length < checksumLength || words.includes(-1)) return undefined
  if (polymod([...expanded(prefix), ...words]) !== 1) return undefined
  const bytes = Uint8Array.from(regroup(words.slice(0, -checksumLength), 5, 8))
  // Bits that are left over are zero, and of less than a byte: else several texts would be one key.
  return bech32(prefix, bytes) === text ? bytes : undefined
}

const expanded = (prefix: string): number[] => {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function polymod(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [bit, generator] of generators.entries()) if ((top >> bit) & 1) sum ^= generator
  }
  return sum
}

/** The same bits in other groups. Towards larger groups, bits that are left over are dropped. */
function regroup(values: Iterable<number>, from: number, to: number): number[] {
  const groups: number[] = []
  let held = 0
  let bits = 0
  for (const value of values) {
    held = (held << from) | value
    for (bits += from; bits >= to;) {
      bits -= to
      groups.push((held >> bits) & ((1 << to) - 1))
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0 && to < from) groups.push((held << (to - bits)) & ((1 << to) - 1))
  return groups
}
