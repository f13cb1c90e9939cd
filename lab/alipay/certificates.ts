import { createHash, randomBytes, webcrypto } from 'node:crypto'
import '../kit/reflect-metadata.ts'
import * as x509 from '@peculiar/x509'
import type { KeyPair, NewKeys } from './keys.ts'

export interface Certificate {
  readonly pem: string
  /** Alipay's name of it: a hash of who issued it and under which number. */
  readonly sn: string
}

/** Who vouches for the apps and for Alipay: a file of roots, of which one signs with RSA and issues. */
export interface Authority {
  readonly roots: Certificate
  issue(commonName: string, keys: KeyPair): Promise<Certificate>
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

const dn = (commonName: string): string =>
  `C=CN, O=Payment Lab, OU=Certification Authority, CN=${commonName}`

export async function openAuthority(now: number, newKeys: NewKeys): Promise<Authority> {
  const valid = {
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 20 * 365 * DAY_MS),
  }
  const rootOf = (
    commonName: string,
    signingAlgorithm: typeof RSA | typeof ECDSA,
    keys: webcrypto.CryptoKeyPair,
  ) =>
    x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerial(),
      name: dn(commonName),
      ...valid,
      signingAlgorithm,
      keys,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    })
  const pair = await newKeys()
  const keys = {
    privateKey: pair.privateKey.toCryptoKey(RSA, true, ['sign']),
    publicKey: pair.publicKey.toCryptoKey(RSA, true, ['verify']),
  }
  const issuer = await rootOf('Lab R1', RSA, keys)
  const other = await rootOf('Lab R2', RSA, keys)
  // The real file has roots of SM2 as well, which have no part in its name; one of ECDSA stands for them.
  const unnamed = await rootOf(
    'Lab E1',
    ECDSA,
    await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']),
  )
  return {
    roots: {
      pem: [issuer, unnamed, other].map(pemOf).join('\n'),
      sn: [issuer, other].map(certificateSn).join('_'),
    },
    issue: async (commonName, theirs) => {
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: newSerial(),
        subject: dn(commonName),
        issuer: issuer.subject,
        ...valid,
        signingAlgorithm: RSA,
        publicKey: theirs.publicKey.export({ type: 'spki', format: 'der' }),
        signingKey: keys.privateKey,
      })
      return { pem: pemOf(certificate), sn: certificateSn(certificate) }
    },
  }
}

/** Positive and without a leading zero, so that every library writes it alike. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

const pemOf = (certificate: x509.X509Certificate): string => certificate.toString('pem')

function certificateSn(certificate: x509.X509Certificate): string {
  const issuer = certificate.issuerName
    .toJSON()
    .flatMap((part) =>
      Object.entries(part).flatMap(([name, values]) => values.map((value) => `${name}=${value}`)),
    )
    .reverse()
    .join(',')
  const serial = BigInt(`0x${certificate.serialNumber}`).toString()
  return createHash('md5')
    .update(issuer + serial)
    .digest('hex')
}
