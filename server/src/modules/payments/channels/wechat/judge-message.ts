import type { Ground } from '../../channel.ts'
import type { KeyStore } from './key-store.ts'
import type { Merchant } from './settings.ts'
import { type Header, isFresh, isSignedBy, readSignature } from './signature.ts'

export interface Desk {
  readonly ground: Ground
  readonly keys: KeyStore
}

export type Judged =
  | { readonly verdict: 'genuine'; readonly serial: string }
  /** `absent`, `probe`, `malformed`, `timestamp`, `serial`, `signature`. */
  | { readonly verdict: 'forged'; readonly why: string }
  | { readonly verdict: 'later'; readonly why: 'serial' }

/** Whether WeChat wrote this, a moment ago, byte for byte: asked of its answers and of its notifications alike. */
export async function judgeMessage(
  { ground, keys }: Desk,
  account: Merchant,
  message: { readonly header: Header; readonly body: Uint8Array },
): Promise<Judged> {
  const signature = readSignature(message.header)
  if (typeof signature === 'string') return { verdict: 'forged', why: signature }
  // Before a key is looked for: nobody makes us ask WeChat with a message of last year.
  if (!isFresh(signature, ground.now())) return { verdict: 'forged', why: 'timestamp' }
  const key = await keys.find(account, signature.serial)
  if (key === 'later') return { verdict: 'later', why: 'serial' }
  if (key === 'none') return { verdict: 'forged', why: 'serial' }
  return isSignedBy(key, signature, message.body)
    ? { verdict: 'genuine', serial: signature.serial }
    : { verdict: 'forged', why: 'signature' }
}
