import type { IncomingHttpHeaders } from 'node:http'
import type { Static, TSchema } from 'typebox'
import type { Instant } from '#kernel/clock'
import type { Facts } from '#kernel/outcome'
import type { Fact, PaymentFact, RefundFact, TransferFact } from './fact.ts'

const CHANNELS = ['wechat', 'alipay', 'stripe', 'paypal', 'sandbox', 'balance', 'offline'] as const
export type ChannelName = (typeof CHANNELS)[number]

/** One merchant account at a provider, its secrets open: for the length of one call, and never logged. */
export interface Account<Settings = unknown, Secrets = unknown> {
  /** `main`, `app2`: the last part of its hooks' address. */
  readonly name: string
  /** Compared with the merchant of each fact. */
  readonly merchant: string
  readonly livemode: boolean
  readonly settings: Settings
  readonly secrets: Secrets
}

/**
 * What came of asking a provider. `no`: it was refused, nothing has happened there. `unknown`: it may have happened;
 * whoever asks again does so under the same number.
 */
export type Said<T> =
  | { readonly said: 'yes'; readonly value: T }
  | { readonly said: 'no'; readonly code: string; readonly text: string }
  | { readonly said: 'unknown'; readonly why: string }

export const yes = <T>(value: T): Said<T> => ({ said: 'yes', value })
export const no = (code: string, text = code): Said<never> => ({ said: 'no', code, text })
export const unknown = (why: string): Said<never> => ({ said: 'unknown', why })

/** An attempt to be paid, as a provider is told of it. */
export interface PayAsk {
  /** 26 letters of `[0-9a-z]`, never used for anything else. */
  readonly tradeNo: string
  readonly method: string
  readonly amount: bigint
  readonly currency: string
  /** Our own words, safe in a signed field: letters, digits, CJK, spaces, dots. */
  readonly title: string
  readonly createdAt: Instant
  /** The last moment to pay. */
  readonly expiresAt: Instant
  readonly notifyUrl: string
  /** Where the payer's browser goes afterwards; proves nothing. */
  readonly returnUrl: string
  readonly payer: {
    readonly ip: string
    /** WeChat's name of the payer for the app that pays: never the client's word. */
    readonly openid?: string
    /** A saved instrument that is charged while its owner is away. */
    readonly instrument?: { readonly customer: string; readonly method: string }
  }
}

/** What the payer does next. */
export type NextStep =
  | { readonly kind: 'qr'; readonly text: string }
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'jsapi'; readonly params: Facts }
  /** Nothing here: a transfer by hand, say, with what has to stand on it. */
  | { readonly kind: 'wait'; readonly text?: string }

/** Where a provider leads who leaves its page without paying. That they did proves as little as that they came back. */
export function leftUrl(returnUrl: string): string {
  const url = new URL(returnUrl)
  url.searchParams.set('left', '1')
  return url.href
}

export interface Created {
  /** The provider's name of the attempt, where it has one before it is paid. */
  readonly ref: string | undefined
  readonly next: NextStep
  /** Where it is paid by being asked for. */
  readonly fact?: PaymentFact
}

/** An attempt that was asked for, by its names on both sides. */
export interface Asked {
  readonly tradeNo: string
  readonly ref: string | undefined
  readonly method: string
  readonly amount: bigint
  readonly currency: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

export type View =
  /** `underWay`: the payer did their part, a bank works at it. `declined`: what they tried was refused, they may try again. */
  | { readonly state: 'open'; readonly so?: 'underWay' | 'declined' }
  | { readonly state: 'paid'; readonly fact: PaymentFact }
  | { readonly state: 'closed' }
  | { readonly state: 'failed' }
  /** The provider does not know it (yet): with a QR code nobody has scanned that says nothing. */
  | { readonly state: 'not_there' }

export interface RefundAsk {
  /** 26 letters; the same number again is the same refund. */
  readonly refundNo: string
  readonly amount: bigint
  readonly currency: string
  readonly reason: string
  readonly notifyUrl: string
  readonly payment: Asked & { readonly txn: string }
}

export type RefundView = RefundFact | { readonly kind: 'not_there' }

export interface TransferAsk {
  /** 26 letters; the same number again is the same transfer. */
  readonly transferNo: string
  readonly amount: bigint
  readonly currency: string
  readonly payee: { readonly account: string; readonly name: string }
  readonly title: string
  readonly notifyUrl: string
}

/** A message to our hooks, as it came. */
export interface Delivery {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** An answer in the provider's own manner. */
export interface Reply {
  readonly status: number
  readonly type?: string
  readonly body?: string
}

export type Parsed =
  | {
      readonly verdict: 'genuine'
      /** The provider's id of the message; the same message again has the same. */
      readonly id: string
      readonly type: string
      /** With which of the keys it was signed. */
      readonly keyId: string
      readonly facts: readonly Fact[]
    }
  /** Not from the provider, or not as it left: nothing in it may be believed. A 4xx. */
  | { readonly verdict: 'forged'; readonly why: string; readonly reply: Reply }
  /** It cannot be judged just now, a key is missing: a 5xx, so that it comes again. */
  | { readonly verdict: 'later'; readonly why: string; readonly reply: Reply }

/** A day's list of what the provider did for an account, as the provider wrote it, unpacked and in UTF-8. */
export interface Bill {
  readonly text: string
  /** Of the bytes that were hashed by the provider or by us, in hex. */
  readonly digest: string
}

/**
 * The wall to one provider: pure translation and calls out, no database, no decision of ours. Each call may be repeated
 * under the same number.
 */
export interface Channel<S extends TSchema = TSchema, X extends TSchema = TSchema> {
  readonly name: ChannelName
  readonly methods: readonly string[]
  /** The method that charges what a payer has saved, while they are away. */
  readonly savedMethod?: string
  /** Where asking is paying: the payer has nothing left to do that they could leave undone. */
  readonly takesAtOnce?: readonly string[]
  /** Undefined takes them all. */
  readonly currencies: readonly string[] | undefined
  /** Of an account: what staff may see, and what nobody sees again. */
  readonly settings: S
  readonly secrets: X
  /** Which of the settings names the merchant, where one does: the account's facts are compared with it. */
  readonly merchantSetting?: string
  /** What of the secrets cannot be, with real money or without; its name and not what it is. */
  whyNot?(livemode: boolean, secrets: Static<X>): string | undefined
  create(account: AccountOf<S, X>, ask: PayAsk): Promise<Said<Created>>
  query(account: AccountOf<S, X>, attempt: Asked): Promise<Said<View>>
  /** Ends at the provider what nobody has paid; `paid` where somebody has. */
  close(account: AccountOf<S, X>, attempt: Asked): Promise<Said<'closed' | 'paid' | 'not_there'>>
  refund(account: AccountOf<S, X>, ask: RefundAsk): Promise<Said<RefundFact>>
  queryRefund(account: AccountOf<S, X>, ask: RefundAsk): Promise<Said<RefundView>>
  /** Of a message that names a refund and not its amount. */
  lookAtRefund?(account: AccountOf<S, X>, fact: RefundFact): Promise<Said<RefundView>>
  parseNotification(account: AccountOf<S, X>, delivery: Delivery): Promise<Parsed>
  /** Durable: the provider need not send it again. */
  acknowledge(): Reply
  /** `day` is `2026-11-21`, in the provider's own zone. No rows is an empty bill. */
  downloadBill(account: AccountOf<S, X>, day: string): Promise<Said<Bill>>
  transfer?(account: AccountOf<S, X>, ask: TransferAsk): Promise<Said<TransferFact>>
  queryTransfer?(
    account: AccountOf<S, X>,
    ask: TransferAsk,
  ): Promise<Said<TransferFact | { readonly kind: 'not_there' }>>
}
export type AccountOf<S extends TSchema, X extends TSchema> = Account<Static<S>, Static<X>>

/** What a channel stands on; a test hands in its own. */
export interface Ground {
  /** The machine's time in ms, not the house's: signatures age by the provider's clock, which nobody moves. */
  readonly now: () => number
  readonly ask: Ask
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Of what comes back. */
  readonly bytesMax?: number
}
/** `lost`: nobody knows whether it arrived. */
export type Answered =
  | {
      readonly lost: false
      readonly status: number
      readonly headers: Headers
      readonly body: Buffer
    }
  | { readonly lost: true; readonly why: string }
/** Calls out. It follows no redirect, ends in time, reads so many bytes and never throws. */
export type Ask = (request: Request) => Promise<Answered>
