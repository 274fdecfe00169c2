import * as z from 'zod'

/** What the browser says about the ceremony (WebAuthn, section 5.8.1). Unknown members are allowed there. */
const clientData = z.object({
  type: z.string(),
  challenge: z.string().regex(/^[A-Za-z0-9_-]+$/),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
})

const utf8 = new TextDecoder('utf-8', { fatal: true })

export type ClientData = z.infer<typeof clientData>

/** Reads clientDataJSON; `undefined` when it is malformed. */
export function parseClientData(bytes: Uint8Array): ClientData | undefined {
  let json: unknown
  try {
    json = JSON.parse(utf8.decode(bytes))
  } catch {
    return undefined
  }
  return clientData.safeParse(json).data
}

export interface ClientDataTerms {
  type: 'webauthn.get' | 'webauthn.create'
  allowedOrigins: readonly string[]
}

export type ClientDataFault = 'wrong_type' | 'wrong_origin' | 'cross_origin'

/** Judges everything but the challenge. An iframe of another site is refused, with or without its topOrigin. */
export function checkClientData(data: ClientData, terms: ClientDataTerms): ClientDataFault | undefined {
  if (data.type !== terms.type) return 'wrong_type'
  if (!terms.allowedOrigins.includes(data.origin)) return 'wrong_origin'
  if (data.crossOrigin === true || data.topOrigin !== undefined) return 'cross_origin'
  return undefined
}
