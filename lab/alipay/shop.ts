import { randomInt } from 'node:crypto'
import type { Kit } from '../kit/provider.ts'
import { APP_IDS, type App, type Mode } from './app.ts'
import { type Authority, type Certificate, openAuthority } from './certificates.ts'
import { chinaTime } from './china-time.ts'
import type { KeyPair, NewKeys } from './keys.ts'
import type { Order } from './order.ts'
import type { NextTransfer, Transfer } from './transfer.ts'

/** What Alipay has of one merchant, and the keys it signs with. */
export interface Shop {
  readonly kit: Kit
  readonly seller: { readonly id: string; readonly email: string }
  readonly apps: readonly App[]
  readonly authority: Authority
  readonly newKeys: NewKeys
  alipay: { readonly keys: KeyPair; readonly certificate: Certificate }
  /** Whose signatures are good for nothing. */
  readonly impostor: KeyPair
  /** Every order, by the merchant's number: it is the merchant's, whichever app asked. */
  readonly orders: Map<string, Order>
  readonly transfers: Map<string, Transfer>
  /** What becomes of the next one. */
  nextTransfer: NextTransfer
  /** Of v3 requests, and until when each is remembered. */
  readonly nonces: Map<string, number>
  readonly bills: Map<string, { readonly day: string; readonly expiresAt: number }>
  /** Days whose bill is there although its hour has not come. */
  readonly early: Set<string>
  /** In which letters the merchant's console says that notifications are to be written. */
  charset: 'utf-8' | 'GBK'
}

export async function openShop(kit: Kit, newKeys: NewKeys): Promise<Shop> {
  const authority = await openAuthority(kit.now(), newKeys)
  const newApp = async (mode: Mode): Promise<App> => {
    const id = APP_IDS[mode]
    const keys = await newKeys()
    return {
      id,
      mode,
      keys,
      certificate: mode === 'certificate' ? await authority.issue(id, keys) : undefined,
    }
  }
  return {
    kit,
    seller: { id: '2088000000000015', email: 'lab@example.com' },
    apps: [await newApp('certificate'), await newApp('key')],
    authority,
    newKeys,
    alipay: await newSigner(authority, newKeys),
    impostor: await newKeys(),
    orders: new Map(),
    transfers: new Map(),
    nextTransfer: { outcome: 'SUCCESS', why: undefined },
    nonces: new Map(),
    bills: new Map(),
    early: new Set(),
    charset: 'utf-8',
  }
}

export async function newSigner(authority: Authority, newKeys: NewKeys): Promise<Shop['alipay']> {
  const keys = await newKeys()
  return { keys, certificate: await authority.issue('Alipay', keys) }
}

/** `2026112122001…`: the day, then figures that nobody can guess. */
export function newNumber({ kit }: Shop, middle: string, length: number): string {
  const head = chinaTime(kit.now()).slice(0, 10).replaceAll('-', '') + middle
  return head + Array.from({ length: length - head.length }, () => randomInt(10)).join('')
}
