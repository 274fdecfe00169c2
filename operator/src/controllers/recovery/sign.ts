import { sign } from 'node:crypto'
import { installationKey, readInstallationKey } from '../../backups/installation-key.ts'

/**
 * The text of a set: age proves no sender, and whoever applies a set does it as an administrator, so that the first line
 * is a signature of the installation's key over all bytes after it. Both are comments of YAML. The second line names the
 * set and its moment, so that an old one does not pass for a new one.
 */
export function signedSet(
  list: string,
  about: { folder: string; installationID: string; at: Date },
  pem: string,
): string {
  const key = readInstallationKey(pem)
  const body = `${headline(about)}\n${list}`
  const signature = sign(null, Buffer.from(body), key).toString('base64')
  return `# kiavi-signature ${installationKey(key).kid} ${signature}\n${body}`
}

/** No JWS begins so: what the key signs as one never passes for the other. */
const headline = ({ folder, installationID, at }: { folder: string; installationID: string; at: Date }) =>
  `# kiavi-recovery-set ${installationID}/${folder} ${at.toISOString().slice(0, 19)}Z`
