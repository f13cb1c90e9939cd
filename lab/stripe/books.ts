import { randomBytes } from 'node:crypto'
import type { Stripe } from 'stripe'
import type { IntentDraft } from './payment-intent.ts'

/** Everything Stripe knows of one account, oldest first. The official types say how each of them looks. */
export interface Books {
  readonly sessions: Map<string, Stripe.Checkout.Session>
  readonly intents: Map<string, Stripe.PaymentIntent>
  readonly charges: Map<string, Stripe.Charge>
  readonly refunds: Map<string, Stripe.Refund>
  readonly disputes: Map<string, Stripe.Dispute>
  readonly customers: Map<string, Stripe.Customer>
  readonly methods: Map<string, Stripe.PaymentMethod>
  readonly transactions: Map<string, Stripe.BalanceTransaction>
  readonly events: Map<string, Stripe.EventBase>
  /** By session: Stripe shows neither what it sells nor how it will be paid with the session itself. */
  readonly plans: Map<string, Plan>
  /** How a card behaves, by its payment method. */
  readonly cards: Map<string, CardManner>
  /** The idempotency key a payment or a refund was asked for with. */
  readonly askedWith: Map<string, string>
}

/** What a session will make of its payment. */
export interface Plan {
  readonly lines: readonly Stripe.LineItem[]
  readonly intent: Omit<IntentDraft, 'created' | 'customer'>
}

/** `asks`: its owner has to say yes each time, which nobody can who is away. */
export const CARD_MANNERS = ['good', 'asks', 'declined'] as const
export type CardManner = (typeof CARD_MANNERS)[number]

export const openBooks = (): Books => ({
  sessions: new Map(),
  intents: new Map(),
  charges: new Map(),
  refunds: new Map(),
  disputes: new Map(),
  customers: new Map(),
  methods: new Map(),
  transactions: new Map(),
  events: new Map(),
  plans: new Map(),
  cards: new Map(),
  askedWith: new Map(),
})

/** Whatever has this id. */
export const find = (books: Books, id: string): object | undefined =>
  books.sessions.get(id) ??
  books.intents.get(id) ??
  books.charges.get(id) ??
  books.refunds.get(id) ??
  books.disputes.get(id) ??
  books.customers.get(id) ??
  books.methods.get(id) ??
  books.transactions.get(id)

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export const newId = (prefix: string, letters = 24): string =>
  `${prefix}${[...randomBytes(letters)].map((byte) => LETTERS[byte % LETTERS.length]).join('')}`
