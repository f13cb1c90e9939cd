import './reflect-metadata.ts'
import type { KeyObject } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

export interface CertificateAsk {
  /** `CN=Tenpay.com, O=Tenpay`. */
  readonly subject: string
  /** Signed by the subject itself where none is named. */
  readonly issuer?: string
  readonly publicKey: KeyObject
  /** The issuer's. */
  readonly signingKey: KeyObject
  /** Hex. */
  readonly serial: string
  readonly from: Date
  readonly until: Date
  /** May sign other certificates. */
  readonly authority?: boolean
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** An X.509 certificate over RSA keys, in PEM. The only place that knows the library. */
export async function makeCertificate(ask: CertificateAsk): Promise<string> {
  const { subject, issuer = subject, serial, authority = false } = ask
  const usage = authority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature
  const made = await X509CertificateGenerator.create({
    ...{ subject, issuer, serialNumber: serial, signingAlgorithm: ALGORITHM },
    notBefore: ask.from,
    notAfter: ask.until,
    publicKey: ask.publicKey.toCryptoKey(ALGORITHM, true, ['verify']),
    signingKey: ask.signingKey.toCryptoKey(ALGORITHM, true, ['sign']),
    extensions: [
      new BasicConstraintsExtension(authority, undefined, true),
      new KeyUsagesExtension(usage, true),
    ],
  })
  return made.toString('pem')
}
