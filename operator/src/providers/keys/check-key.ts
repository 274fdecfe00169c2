import { type KeyObject, createPrivateKey } from 'node:crypto'
import { KeyUnreadable } from './errors.ts'
import { type KeyCheck } from './port.ts'
import { publicSigningKey, thumbprint } from './signing-key.ts'

export const checkKey: KeyCheck = (publicKey, privatePem) => {
  if (thumbprint(publicKey) !== publicKey.kid) {
    throw new KeyUnreadable(`Public key ${publicKey.kid} does not have the thumbprint that names it.`)
  }
  const privateKey = readPrivateKey(publicKey.kid, privatePem)
  if (privateKey.asymmetricKeyType !== 'rsa') {
    throw new KeyUnreadable(`Private key ${publicKey.kid} is not an RSA key.`)
  }
  if (publicSigningKey(privateKey).kid !== publicKey.kid) {
    throw new KeyUnreadable(`Private key ${publicKey.kid} belongs to another public key.`)
  }
}

function readPrivateKey(kid: string, pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    // OpenSSL's own error is left out: it says nothing that helps, and stands too near to the material.
    throw new KeyUnreadable(`Private key ${kid} is not a PEM that can be read (PKCS #8, unencrypted).`)
  }
}
