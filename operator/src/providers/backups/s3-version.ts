/** S3's own name of the version of an object in a bucket that keeps none. */
const unversioned = 'null'

/** What a version says of an object: S3's version ID, and the ETag for where there is none. */
export interface S3Version {
  versionID: string | undefined
  /** With its quotes; empty for a marker. */
  etag: string
}

/** The opaque `version` of an ObjectRef. */
export const versionOf = (versionID: string | undefined, etag: string | undefined): string =>
  `${versionID ?? unversioned} ${etag ?? ''}`

export function parseVersion(version: string): S3Version {
  const [versionID = '', etag = ''] = version.split(' ')
  return { versionID: versionID === unversioned ? undefined : versionID, etag }
}
