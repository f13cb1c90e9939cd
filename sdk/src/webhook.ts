import { readJson } from './errors.ts'

/** Whoever sends something older could have kept it to send it again. */
const TOLERANCE_S = 300

/** A message that does not bear the signature of the server, or bears an old one. */
export class WebhookRefusedError extends Error {
  override readonly name = 'WebhookRefusedError'
}

export interface Webhook<Payload = unknown> {
  /** The same for each delivery of the same message: keep it, and act once. */
  readonly id: string
  readonly sentAt: Date
  readonly payload: Payload
}

interface Delivery {
  /** The body as it came, before anybody parsed it. */
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** `whsec_…`; the old one beside the new one while secrets are changed. */
  readonly secret: string | readonly string[]
  readonly toleranceS?: number
  readonly now?: () => number
}

/** Judges a message by its signature, as Standard Webhooks says, and reads it. */
export async function verifyWebhook<Payload = unknown>(
  delivery: Delivery,
): Promise<Webhook<Payload>> {
  const { body, headers, secret, toleranceS = TOLERANCE_S, now = Date.now } = delivery
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const sentS = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  if (!(Math.abs(now() / 1_000 - sentS) <= toleranceS))
    throw new WebhookRefusedError('webhook-timestamp is missing, too old, or from the future')
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytes)
  const signatures = headerOf(headers, 'webhook-signature').split(' ').flatMap(signatureOf)
  const secrets = typeof secret === 'string' ? [secret] : secret
  const verdicts = await Promise.all(
    secrets.flatMap((one) => signatures.map((signature) => fits(one, signature, signed))),
  )
  if (!verdicts.includes(true)) throw new WebhookRefusedError('no signature fits the message')
  const payload = readJson(new TextDecoder().decode(bytes))
  if (payload === undefined) throw new WebhookRefusedError('the message is not JSON')
  return { id, sentAt: new Date(sentS * 1_000), payload: payload as Payload }
}

function headerOf(headers: Delivery['headers'], name: string): string {
  const found =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([own]) => own.toLowerCase() === name)?.[1]
  const value = typeof found === 'string' ? found : found?.[0]
  if (value === undefined || value === '') throw new WebhookRefusedError(`${name} is missing`)
  return value
}

/** Those of version 1; others may stand beside them. */
const signatureOf = (text: string): Uint8Array<ArrayBuffer>[] => {
  const bytes = text.startsWith('v1,') ? bytesOf(text.slice(3)) : undefined
  return bytes === undefined ? [] : [bytes]
}

async function fits(
  secret: string,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const raw = bytesOf(secret.replace(/^whsec_/, ''))
  if (raw === undefined || raw.length === 0)
    throw new TypeError('a webhook secret is whsec_ and base64')
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['verify'])
  return crypto.subtle.verify('HMAC', key, signature, signed)
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length)
  whole.set(head)
  whole.set(tail, head.length)
  return whole
}
