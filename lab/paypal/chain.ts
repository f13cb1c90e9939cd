import '../kit/reflect-metadata.ts'
import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** Whom PayPal's sandbox signs as. */
const SIGNER = 'messageverificationcerts.sandbox.paypal.com'

/**
 * `good`, and what a verifier has to refuse: signed by itself, by a root nobody knows, without the certificate
 * between, past its end, for another name.
 */
export const CHAIN_KINDS = [
  'good',
  'self_signed',
  'other_root',
  'lone_leaf',
  'expired',
  'wrong_name',
] as const
type ChainKind = (typeof CHAIN_KINDS)[number]

/** A root, what it vouches for, and the leaf that signs just now. */
export interface Chain {
  readonly root: string
  readonly current: () => Leaf
  /** Another key from now on; the certificate of the old one stays where it was. */
  readonly rotate: (kind: ChainKind) => Promise<Leaf>
  /** The file of a certificate, by its name. */
  readonly file: (id: string) => string | undefined
}

export interface Leaf {
  /** `CERT-…`, the last part of its address. */
  readonly id: string
  readonly key: KeyObject
}

interface Authority {
  readonly subject: string
  readonly pem: string
  readonly keys: Keys
}
interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const DAY_MS = 86_400_000
const newKeyPair = promisify(generateKeyPair)
const newKeys = (): Promise<Keys> => newKeyPair('rsa', { modulusLength: 2048 })

/** Of the authorities: made once for a process, since they take the longest and nobody outside sees them. */
const authorityKeys = new Map<string, Promise<Keys>>()
function keysOf(subject: string): Promise<Keys> {
  const keys = authorityKeys.get(subject) ?? newKeys()
  authorityKeys.set(subject, keys)
  return keys
}

export async function openChain(now: () => number): Promise<Chain> {
  const open = await authorities('Lab', now())
  const files = new Map<string, string>()
  const add = async (kind: ChainKind): Promise<Leaf> => {
    const { leaf, file } = await leafOf(kind, open, now())
    files.set(leaf.id, file)
    return leaf
  }
  let current = await add('good')
  return {
    root: open.root.pem,
    current: () => current,
    rotate: async (kind) => {
      current = await add(kind)
      return current
    },
    file: (id) => files.get(id),
  }
}

interface Authorities {
  readonly root: Authority
  readonly between: Authority
}

async function authorities(name: string, now: number): Promise<Authorities> {
  const root = await authority(`CN=${name} Root CA, O=${name} Trust`, undefined, now)
  return { root, between: await authority(`CN=${name} TLS CA 1, O=${name} Trust`, root, now) }
}

async function authority(
  subject: string,
  issuer: Authority | undefined,
  now: number,
): Promise<Authority> {
  const keys = await keysOf(subject)
  const pem = await certify({
    subject,
    keys,
    issuer: issuer ?? { subject, keys },
    from: now - DAY_MS,
    until: now + 3650 * DAY_MS,
    // The one between may sign leaves alone.
    extensions: [
      new BasicConstraintsExtension(true, issuer ? 0 : undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return { subject, keys, pem }
}

async function leafOf(
  kind: ChainKind,
  known: Authorities,
  now: number,
): Promise<{ readonly leaf: Leaf; readonly file: string }> {
  const { between } = kind === 'other_root' ? await authorities('Other', now) : known
  const keys = await newKeys()
  const name = kind === 'wrong_name' ? 'messageverificationcerts.paypal.example' : SIGNER
  const subject = `CN=${name}, O="PayPal, Inc.", L=San Jose, ST=California, C=US`
  const pem = await certify({
    subject,
    keys,
    issuer: kind === 'self_signed' ? { subject, keys } : between,
    from: kind === 'expired' ? now - 30 * DAY_MS : now - DAY_MS,
    until: kind === 'expired' ? now - DAY_MS : now + 365 * DAY_MS,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  })
  const id = `CERT-${[4, 4, 4].map((bytes) => randomBytes(bytes).toString('hex')).join('-')}`
  const isAlone = kind === 'self_signed' || kind === 'lone_leaf'
  return { leaf: { id, key: keys.privateKey }, file: `${pem}\n${isAlone ? '' : between.pem}\n` }
}

async function certify(ask: {
  readonly subject: string
  readonly keys: Keys
  readonly issuer: { readonly subject: string; readonly keys: Keys }
  readonly from: number
  readonly until: number
  readonly extensions: readonly Extension[]
}): Promise<string> {
  const publicKey = ask.keys.publicKey.toCryptoKey(ALGORITHM, true, ['verify'])
  const issuing = ask.issuer.keys.publicKey.toCryptoKey(ALGORITHM, true, ['verify'])
  const certificate = await X509CertificateGenerator.create({
    // The first bit is nought: a serial is a positive number.
    serialNumber: `4${randomBytes(15).toString('hex')}`,
    subject: ask.subject,
    issuer: ask.issuer.subject,
    notBefore: new Date(ask.from),
    notAfter: new Date(ask.until),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: ask.issuer.keys.privateKey.toCryptoKey(ALGORITHM, true, ['sign']),
    extensions: [
      ...ask.extensions,
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuing),
    ],
  })
  return certificate.toString('pem')
}
