/** Certificates of a test cluster: one throw-away CA and what it issues. Keys are ECDSA P-256. */
import 'reflect-metadata' // @peculiar/x509 needs it and does not import it
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509'
import { randomBytes, webcrypto } from 'node:crypto'

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyPair {
  cert: string
  key: string
}

export interface CertificateRequest {
  commonName: string
  /** Kubernetes reads them as groups. */
  organizations?: readonly string[]
  dnsNames?: readonly string[]
  ips?: readonly string[]
  usage: 'client' | 'server' | 'both'
  /** How long it holds; 365 days unless told. */
  days?: number
}

export interface Authority {
  /** The CA certificate, PEM. */
  cert: string
  /** Only kube-controller-manager's CSR signer needs it. */
  key: string
  issue(request: CertificateRequest): Promise<KeyPair>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 86_400_000
/** Clocks of the machines that a test talks to may be a little behind. */
const backdated = 5 * 60_000

const pem = (label: string, der: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`

const privatePem = async (key: webcrypto.CryptoKey) =>
  pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key))
const certificatePem = (cert: X509Certificate) => `${cert.toString('pem')}\n`
const generateKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
const validity = (days: number) => ({
  notBefore: new Date(Date.now() - backdated),
  notAfter: new Date(Date.now() + days * day),
})
/** Positive, and the same length always. */
const serialNumber = () => `40${randomBytes(15).toString('hex')}`

const purposes = {
  client: [ExtendedKeyUsage.clientAuth],
  server: [ExtendedKeyUsage.serverAuth],
  both: [ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth],
}

/** Makes a CA that signs what a test needs. Nothing is written to disk. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await generateKeys()
  const subject = [{ CN: [commonName] }]
  const ca = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: subject,
    ...validity(3650),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
        true,
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })

  const issue = async (request: CertificateRequest): Promise<KeyPair> => {
    const own = await generateKeys()
    const names = [
      ...(request.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
      ...(request.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
    ]
    const cert = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      issuer: ca.subject,
      subject: [
        ...(request.organizations ?? []).map((organization) => ({ O: [organization] })),
        { CN: [request.commonName] },
      ],
      ...validity(request.days ?? 365),
      signingAlgorithm: algorithm,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension(purposes[request.usage]),
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      ],
    })
    return { cert: certificatePem(cert), key: await privatePem(own.privateKey) }
  }
  return { cert: certificatePem(ca), key: await privatePem(keys.privateKey), issue }
}

/** A bare signing key pair in PEM, as service account tokens are signed with. */
export async function createSigningKeys(): Promise<{ publicKey: string; privateKey: string }> {
  const keys = await generateKeys()
  return {
    publicKey: pem('PUBLIC KEY', await webcrypto.subtle.exportKey('spki', keys.publicKey)),
    privateKey: await privatePem(keys.privateKey),
  }
}
