import { join } from 'node:path'
import { type ObjectName } from './port.ts'

/**
 * Where things lie on a volume. An object is a plain file under its own name. What S3 would keep in its metadata is in
 * `about`, whose making claims the name: it is made once, when the content is whole and safe, and before the object
 * appears. Content that is not whole lies in a folder of its name below `uploads`. No object's name begins with a dot.
 */
export interface VolumeLayout {
  root: string
  /** All of ours. */
  home: string
  object: (name: ObjectName) => string
  about: string
  aboutOf: (name: ObjectName) => string
  uploads: string
  upload: (name: ObjectName, uploadID: string) => string
}

/** Takes checked names only (check-name.ts): none of them leads out of `home`. */
export function volumeLayout(root: string, prefix: string): VolumeLayout {
  const home = join(root, prefix)
  const about = join(home, '.kiavi', 'about')
  const uploads = join(home, '.kiavi', 'uploads')
  return {
    root,
    home,
    object: (name) => join(home, name),
    about,
    aboutOf: (name) => join(about, `${name}.json`),
    uploads,
    upload: (name, uploadID) => join(uploads, name, `${uploadID}.part`),
  }
}
