import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keySetFile } from '../../providers/keys/key-set-file.ts'
import { publicSigningKey } from '../../providers/keys/signing-key.ts'

/**
 * A signing key for one drill, as the runtime finds its keys mounted. It is made in the memory of the pod that uses it
 * and is nowhere else: what nobody wrote down nobody has to destroy.
 */
export async function makeDrillKey(folder: string): Promise<{ kid: string }> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 65537 })
  const publicKey = publicSigningKey(privateKey)
  const { kid } = publicKey
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  // Its own group reads it: the runtime is another container of the pod.
  await writeFile(join(folder, `${kid}.pem`), pem, { mode: 0o440 })
  const set = keySetFile({ version: 1, activeKid: kid, jwksMaxAgeSeconds: 300, keys: [publicKey] })
  await writeFile(join(folder, 'keyset.json'), set, { mode: 0o440 })
  return { kid }
}
