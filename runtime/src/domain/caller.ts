import { type Caller } from './audit-event.ts'

const userAgentLength = 256

/** An IPv4 address that came in over an IPv6 socket is written as what it is; zones are left out. */
export const plainAddress = (address: string): string =>
  address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '')

/** The user agent as it may be stored: printable, bounded. */
export const plainUserAgent = (userAgent: string | undefined): string | null =>
  userAgent?.replace(/[^\x20-\x7e]/g, '').slice(0, userAgentLength) || null

export const caller = (address: string, userAgent: string | undefined): Caller => ({
  ip: plainAddress(address),
  userAgent: plainUserAgent(userAgent),
  country: null,
})
