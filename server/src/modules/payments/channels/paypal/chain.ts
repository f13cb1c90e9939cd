import { type KeyObject, X509Certificate } from 'node:crypto'
import { CHAIN_CERTIFICATES_MAX, RSA_BITS_MIN } from './limits.ts'

export type JudgedChain =
  | {
      readonly genuine: true
      readonly key: KeyObject
      readonly livemode: boolean
      readonly notAfterMs: number
    }
  | { readonly genuine: false; readonly why: string }

const forged = (why: string): JudgedChain => ({ genuine: false, why })

/** Whom a certificate must be for, and whether what they sign is about money. */
const NAMES = [
  { name: 'messageverificationcerts.paypal.com', livemode: true },
  { name: 'messageverificationcerts.sandbox.paypal.com', livemode: false },
] as const

/** Judges a leaf and what comes along with it: the right name, its time, and a way up to a root that we trust. */
export function judgeChain(
  pem: string,
  roots: readonly X509Certificate[],
  nowMs: number,
): JudgedChain {
  const [leaf, ...others] = readCertificates(pem) ?? []
  if (!leaf) return forged('certificate_unreadable')
  const name = NAMES.find(({ name: one }) => isFor(leaf, one))
  if (!name) return forged('certificate_name_wrong')
  if (!isInTime(leaf, nowMs)) return forged('certificate_out_of_time')
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = leaf.publicKey
  if (type !== 'rsa' || (details?.modulusLength ?? 0) < RSA_BITS_MIN)
    return forged('certificate_key_weak')
  const mayIssue = (one: X509Certificate): boolean => one.ca && isInTime(one, nowMs)
  if (!leadsToRoot(leaf, others.filter(mayIssue), roots.filter(mayIssue)))
    return forged('certificate_untrusted')
  const { livemode } = name
  return {
    genuine: true,
    key: leaf.publicKey,
    livemode,
    notAfterMs: leaf.validToDate.getTime(),
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** Undefined where one of them is none, or there are more than any chain has. */
function readCertificates(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(PEM) ?? []
  if (blocks.length > CHAIN_CERTIFICATES_MAX) return undefined
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return undefined
  }
}

const isFor = (leaf: X509Certificate, name: string): boolean =>
  leaf.checkHost(name, { subject: 'default', wildcards: false }) !== undefined

const isInTime = (one: X509Certificate, nowMs: number): boolean =>
  one.validFromDate.getTime() <= nowMs && nowMs <= one.validToDate.getTime()

function leadsToRoot(
  one: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  if (roots.some((root) => isIssuedBy(one, root))) return true
  return others.some(
    (issuer) =>
      isIssuedBy(one, issuer) &&
      leadsToRoot(
        issuer,
        others.filter((other) => other !== issuer),
        roots,
      ),
  )
}

const isIssuedBy = (one: X509Certificate, issuer: X509Certificate): boolean =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey)
