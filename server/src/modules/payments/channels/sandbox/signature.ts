import { createHmac } from 'node:crypto'
import { sameBytes } from '#kernel/crypto'

const TOLERANCE_S = 300
const HEADER = /^t=(\d{10}),v1=([0-9a-f]{64})$/

const mac = (secret: string, t: string, body: Buffer): Buffer =>
  createHmac('sha256', secret).update(`${t}.`).update(body).digest()

/** As Stripe signs: the moment and the bytes. */
export const signed = (secret: string, body: Buffer, nowMs: number): string => {
  const t = String(Math.floor(nowMs / 1_000))
  return `t=${t},v1=${mac(secret, t, body).toString('hex')}`
}

/** Why it is not genuine; undefined where it is. */
export function whyForged(
  secret: string,
  unchecked: unknown,
  body: Buffer,
  nowMs: number,
): string | undefined {
  const [, t = '', v1 = ''] = HEADER.exec(typeof unchecked === 'string' ? unchecked : '') ?? []
  if (t === '') return 'signature_unreadable'
  if (!sameBytes(Buffer.from(v1, 'hex'), mac(secret, t, body))) return 'signature_wrong'
  return Math.abs(nowMs / 1_000 - Number(t)) > TOLERANCE_S ? 'signature_stale' : undefined
}
