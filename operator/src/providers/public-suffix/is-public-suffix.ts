import { parse } from 'tldts'
import { type PublicSuffix } from './port.ts'

export const isPublicSuffix: PublicSuffix = (domain) => {
  const { hostname, publicSuffix, isIp } = parse(domain, { allowPrivateDomains: true })
  return isIp !== true && hostname !== null && hostname !== '' && hostname === publicSuffix
}
