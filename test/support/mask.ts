/** Replaces what differs from one tenant to the next, and from one run to the next, by a word that says what it was. */

/** What a tenant is called, everywhere that it leaves a trace. */
export interface TenantNames {
  name: string
  host: string
  tenantID: string
}

const random: readonly [RegExp, string][] = [
  [/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g, '<certificate>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, '<time>'],
  // In names of what lies in a store.
  [/\b\d{8}T\d{6}Z\b/g, '<time>'],
  // RFC 7638 thumbprints: 32 bytes in base64url. A long name of an object has no capitals.
  [/(?<![\w-])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])/g, '<kid>'],
  [/\b[0-9a-f]{20,64}\b/g, '<digest>'],
  [/\b(claim-(?:host|rp)-)[a-z0-9]+\b/g, '$1<hash>'],
  // A revision of the Deployment, one of its pods, and the Job whose name is a digest of what it migrates.
  [/\bruntime-[0-9a-z]{5,10}-[0-9a-z]{5}\b/g, 'runtime-<revision>-<pod>'],
  [/\b(runtime|migrate)-[0-9a-z]{8,10}\b/g, '$1-<revision>'],
  [/\b10\.\d{1,3}\.\d{1,3}\.\d{1,3}\b(?!\/)/g, '<ip>'],
]

export function maskRandom(text: string): string {
  return random.reduce((masked, [pattern, word]) => masked.replace(pattern, word), text)
}

/** The host goes first: it may hold the name. */
export function maskNames(text: string, names: TenantNames): string {
  return text
    .replaceAll(names.host, '<host>')
    .replaceAll(names.name, '<name>')
    .replaceAll(names.tenantID, '<id>')
}
