import { randomBytes, randomInt } from 'node:crypto'
import type { Kit } from '../kit/provider.ts'
import { shanghaiDay, shanghaiTime } from '../kit/shanghai.ts'
import type { Keys, PlatformKey } from './keys.ts'

/**
 * Who signs: `certificate` as for old merchants, `public_key` as for new ones, `mixed` while one moves from the first
 * to the second.
 */
export const MODES = ['certificate', 'public_key', 'mixed'] as const
type Mode = (typeof MODES)[number]

export const TRADE_STATES = [
  'NOTPAY',
  'SUCCESS',
  'REFUND',
  'CLOSED',
  'REVOKED',
  'USERPAYING',
  'PAYERROR',
] as const
export type TradeState = (typeof TRADE_STATES)[number]

export interface Order {
  readonly number: string
  readonly tradeType: 'NATIVE' | 'JSAPI' | 'MWEB'
  /** The parameters it was first asked for with. */
  readonly asked: string
  readonly appid: string
  readonly description: string
  readonly attach: string | undefined
  readonly notifyUrl: string
  readonly total: number
  readonly openid: string | undefined
  /** The last moment to pay. */
  expiresAt: number | undefined
  readonly prepayId: string
  /** What the code of a native order leads to, and the page of an H5 one. */
  readonly token: string
  /** When the address of the page was last handed out. */
  linkedAt: number
  state: TradeState
  payment: Payment | undefined
  readonly refunds: Refund[]
}

export interface Payment {
  readonly id: string
  readonly openid: string
  readonly total: number
  /** Paid by the platform: the payer pays so much less. */
  readonly coupon: number
  at: number
}

export const REFUND_STATES = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const
export type RefundState = (typeof REFUND_STATES)[number]

export interface Refund {
  readonly id: string
  readonly number: string
  readonly order: Order
  readonly payment: Payment
  readonly amount: number
  readonly notifyUrl: string | undefined
  readonly createdAt: number
  state: RefundState
  at: number
}

export type TransferState =
  | 'ACCEPTED'
  | 'PROCESSING'
  | 'WAIT_USER_CONFIRM'
  | 'TRANSFERING'
  | 'SUCCESS'
  | 'FAIL'
  | 'CANCELING'
  | 'CANCELLED'

export interface Transfer {
  readonly id: string
  readonly number: string
  readonly asked: string
  readonly amount: number
  readonly openid: string
  readonly name: string | undefined
  readonly remark: string
  readonly notifyUrl: string | undefined
  readonly packageInfo: string
  readonly createdAt: number
  state: TransferState
  why: string | undefined
  at: number
}

/** A bill that was asked for, until somebody fetches it. */
interface Download {
  readonly bytes: Buffer
  expiresAt: number
}

export const BILL_SPOILS = [
  'hash',
  'truncated',
  'footer',
  'mchid',
  'date',
  'creating',
  'none',
] as const
export type BillSpoil = (typeof BILL_SPOILS)[number]

/** One merchant of WeChat Pay, with the platform's books of them. */
export interface Merchant {
  readonly kit: Kit
  readonly mchid: string
  readonly appid: string
  readonly keys: Keys
  apiV3Key: string
  mode: Mode
  readonly orders: Map<string, Order>
  readonly refunds: Map<string, Refund>
  readonly transfers: Map<string, Transfer>
  readonly downloads: Map<string, Download>
  /** Nonces of requests, and when they came. */
  readonly nonces: Map<string, number>
  /** What is left to refund and transfer from; undefined is enough for everything. */
  balance: number | undefined
  /** How refunds end that are begun from now on. */
  refundResult: RefundState
  /** What comes of a transfer first. */
  transferStart: 'ACCEPTED' | 'PROCESSING' | 'WAIT_USER_CONFIRM'
  /** Which part of the notifications is preceded by a probe. */
  probeShare: number
  probeDebt: number
  /** In mixed mode, whether the next notification is signed with the certificate. */
  certificateNext: boolean
  /** What is wrong with the next bill. */
  billSpoil: BillSpoil | undefined
  /** The payees whose names are known. */
  readonly names: Map<string, string>
  readonly newId: (prefix: string) => string
}

export function openMerchant(kit: Kit, mchid: string, appid: string, keys: Keys): Merchant {
  return {
    ...{ kit, mchid, appid, keys },
    apiV3Key: newApiV3Key(),
    mode: 'certificate',
    orders: new Map(),
    refunds: new Map(),
    transfers: new Map(),
    downloads: new Map(),
    nonces: new Map(),
    balance: undefined,
    refundResult: 'SUCCESS',
    transferStart: 'WAIT_USER_CONFIRM',
    probeShare: 0,
    probeDebt: 0,
    certificateNext: false,
    billSpoil: undefined,
    names: new Map(),
    newId: openIds(kit),
  }
}

/** 32 letters. */
export const newApiV3Key = (): string => randomBytes(16).toString('hex')

export const newToken = (bytes: number): string => randomBytes(bytes).toString('hex')

export const newestCertificate = ({ keys }: Merchant): PlatformKey => {
  const newest = keys.certificates.at(-1)
  if (!newest) throw new Error('the platform has no certificate')
  return newest
}

/** `4200001234202611210000000001`: another start of the lab gives other numbers. */
function openIds(kit: Kit): (prefix: string) => string {
  // WeChat's numbers are nobody else's: two labs that are opened within one second share none.
  const run = String(randomInt(1_000_000)).padStart(6, '0')
  let count = 0
  return (prefix) => {
    count += 1
    const day = shanghaiDay(kit.now()).replaceAll('-', '')
    return `${prefix}${run}${day}${String(count).padStart(10, '0')}`
  }
}

/** `wx21172403` and 24 more. */
export const newPrepayId = (now: number): string =>
  `wx${shanghaiTime(now).replace(/\D/g, '').slice(4, 14)}${newToken(12)}`

/** Takes from the balance, where one was set and suffices. */
export function take(merchant: Merchant, amount: number): boolean {
  if (merchant.balance === undefined) return true
  if (merchant.balance < amount) return false
  merchant.balance -= amount
  return true
}

export function give(merchant: Merchant, amount: number): void {
  if (merchant.balance !== undefined) merchant.balance += amount
}
