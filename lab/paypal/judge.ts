import { verify, X509Certificate } from 'node:crypto'
import type { Notification, Provider } from '../kit/provider.ts'

const NAME = 'messageverificationcerts.sandbox.paypal.com'

export type Message = ReturnType<Notification['message']>

/** What a careful receiver does, written from the protocol: chain, name, time, checksum, signature. */
export async function judge(lab: Provider, { headers, body }: Message, now: number) {
  const { webhook_id, roots } = lab.account('http://127.0.0.1')['settings'] as {
    readonly webhook_id: string
    readonly roots: readonly string[]
  }
  const answer = await fetch(headers['paypal-cert-url'] ?? '')
  const certificates = readPems(await answer.text())
  const [leaf] = certificates
  if (!leaf) return 'no certificate'
  const broken = brokenIn([...certificates, ...roots.flatMap(readPems)], now)
  if (broken !== undefined) return broken
  if (leaf.checkHost(NAME) !== NAME || !leaf.subject.split('\n').includes(`CN=${NAME}`))
    return 'wrong name'
  const text = [
    headers['paypal-transmission-id'],
    headers['paypal-transmission-time'],
    webhook_id,
    crc32Of(Buffer.from(body)),
  ].join('|')
  const signature = Buffer.from(headers['paypal-transmission-sig'] ?? '', 'base64')
  return headers['paypal-auth-algo'] === 'SHA256withRSA' &&
    verify('sha256', Buffer.from(text), leaf.publicKey, signature)
    ? 'genuine'
    : 'bad signature'
}

/** Each is signed by the one after it, and the last one by itself. */
function brokenIn(chain: readonly X509Certificate[], now: number): string | undefined {
  for (const [i, one] of chain.entries()) {
    const issuer = chain[i + 1] ?? one
    if (now < Date.parse(one.validFrom) || now > Date.parse(one.validTo)) return 'out of date'
    if (!one.checkIssued(issuer) || !one.verify(issuer.publicKey)) return 'broken chain'
    if (i > 0 && !one.ca) return 'no authority'
  }
  return undefined
}

export const readPems = (text: string): X509Certificate[] =>
  (text.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  )

/** The checksum bit by bit, so that it is not the code that made it. */
export function crc32Of(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0)
  }
  return (crc ^ 0xffff_ffff) >>> 0
}
