/**
 * Entry of a worker thread (a file of its own in the bundle): takes a size in bits, answers with a `GeneratedKey`.
 * It ends when its port is closed.
 */
import { generateKeyPairSync } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { publicSigningKey } from './signing-key.ts'
import { type GeneratedKey, type KeyBits } from './port.ts'

parentPort?.on('message', (bits: KeyBits) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: 65537 })
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  parentPort?.postMessage({ publicKey: publicSigningKey(privateKey), privatePem } satisfies GeneratedKey)
})
