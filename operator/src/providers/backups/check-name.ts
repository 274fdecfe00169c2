import { StoreRefused } from './errors.ts'
import { type ObjectName } from './port.ts'

/** 255 bytes is what file systems take; the rest is room for what a store hangs on. */
const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/
/** S3 takes 1,024 bytes for the whole key, prefix included. */
const longest = 800

/** Throws `StoreRefused` for what is no ObjectName, so that no name leaves the place that it belongs below. */
export function checkName(name: ObjectName): ObjectName {
  if (name.length <= longest && name.split('/').every((part) => segment.test(part))) return name
  throw new StoreRefused(
    `${quote(name)} is not a name for an object in the backup store: letters, digits, ".", "_" and "-" in segments of at most 200, joined by "/", none of which begins with a dot.`,
  )
}

/** A folder is a name, or nothing: the whole store. */
export const checkFolder = (folder: string): string => (folder === '' ? '' : checkName(folder))

/** What a list shows may be anybody's; it may be removed, but never from outside of the store, nor from our own things. */
export function checkListed(name: string): string {
  const whole = name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.includes('\0'))
  if (whole) return name
  throw new StoreRefused(`${quote(name)} is not a name that a list of the backup store shows.`)
}

/** A UUID, or nothing: an upload that did not say which one it is. */
export function checkUploadID(uploadID: string): string {
  if (/^[0-9a-f-]{36}$/.test(uploadID) || uploadID === '') return uploadID
  throw new StoreRefused(`${quote(uploadID)} is not the ID of an upload to a volume.`)
}

/** What somebody else chose is shown short and without control characters. */
const quote = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text)
