import { createHmac } from 'node:crypto'
import { sameBytes, sha256 } from '#kernel/crypto'
import { SIGNATURE_AGE_MAX_S, SIGNATURE_HEADER_LETTERS_MAX } from './limits.ts'

export type Judged =
  | { readonly genuine: true; readonly keyId: string }
  | { readonly genuine: false; readonly why: string }

const forged = (why: string): Judged => ({ genuine: false, why })

/**
 * Judges `t=…,v1=…,v1=…` over the bytes as they came. The official library is not asked: it takes any time to come,
 * and falls over signatures that are none instead of refusing them.
 */
export function judgeSignature(
  unchecked: unknown,
  body: Buffer,
  secrets: readonly string[],
  nowMs: number,
): Judged {
  const header = readHeader(unchecked)
  if (!header) return forged('signature_malformed')
  if (Math.abs(Math.floor(nowMs / 1_000) - header.at) > SIGNATURE_AGE_MAX_S)
    return forged('signature_out_of_time')
  for (const secret of secrets) {
    // A key of nothing anybody has.
    if (secret.trim() === '') continue
    const ours = createHmac('sha256', secret).update(`${header.at}.`).update(body).digest()
    if (header.signatures.some((one) => sameBytes(one, ours)))
      return { genuine: true, keyId: keyIdOf(secret) }
  }
  return forged('signature_wrong')
}

/** Tells secrets apart, and nothing else about them. */
const keyIdOf = (secret: string): string => sha256(`stripe ${secret}`).toString('hex').slice(0, 8)

interface Header {
  readonly at: number
  readonly signatures: readonly Buffer[]
}

function readHeader(unchecked: unknown): Header | undefined {
  if (typeof unchecked !== 'string' || unchecked.length > SIGNATURE_HEADER_LETTERS_MAX)
    return undefined
  const parts = unchecked.split(',')
  const times = parts.filter((part) => part.startsWith('t='))
  const at = /^t=(\d{1,12})$/.exec(times[0] ?? '')?.[1]
  const signatures = parts.flatMap((part) => {
    const hex = /^v1=([0-9a-f]{64})$/.exec(part)?.[1]
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')]
  })
  if (at === undefined || times.length > 1 || signatures.length === 0) return undefined
  return { at: Number(at), signatures }
}
