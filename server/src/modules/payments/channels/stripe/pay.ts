import {
  type Asked,
  type Created,
  type Ground,
  leftUrl,
  no,
  type PayAsk,
  type Said,
  unknown,
  type View,
  yes,
} from '../../channel.ts'
import { asQuestion } from '../said.ts'
import { readAs } from '../shape.ts'
import { toStripe } from './amount.ts'
import { asking, openClient, type Stripe } from './client.ts'
import { instantOf, originOf, paidAtOf, paymentOfIntent, paymentOfSession } from './facts.ts'
import { SESSION_END_GRID_MS, SESSION_LIFE_MAX_MS, SESSION_LIFE_MIN_MS } from './limits.ts'
import type { StripeAccount } from './settings.ts'
import { Intent, Page, Session } from './shapes.ts'

/** `checkout_save` also keeps the card for renewals; `saved_card` charges it while its owner is away. */
export const SAVED_CARD = 'saved_card'
export const METHODS = ['checkout', 'checkout_save', SAVED_CARD] as const

export async function create(
  ground: Ground,
  account: StripeAccount,
  ask: PayAsk,
): Promise<Said<Created>> {
  const amount = toStripe(ask.amount, ask.currency)
  if (amount === undefined) return no('amount_unsupported')
  return ask.method === SAVED_CARD
    ? chargeCard(ground, account, ask, amount)
    : openSession(ground, account, ask, amount)
}

async function openSession(
  ground: Ground,
  account: StripeAccount,
  ask: PayAsk,
  amount: number,
): Promise<Said<Created>> {
  const metadata = { trade_no: ask.tradeNo, method: ask.method }
  const saves = ask.method === 'checkout_save'
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    client_reference_id: ask.tradeNo,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: ask.currency.toLowerCase(),
          unit_amount: amount,
          product_data: { name: ask.title },
        },
      },
    ],
    metadata,
    payment_intent_data: {
      metadata,
      description: ask.title,
      ...(saves && { setup_future_usage: 'off_session' }),
    },
    // A bank's debit takes days, and whoever charges it again meanwhile charges it twice.
    ...(saves && { customer_creation: 'always', allowed_payment_method_types: ['card'] }),
    // Paid in the currency that was asked for, or the fact would fit nothing.
    adaptive_pricing: { enabled: false },
    expires_at: sessionEnd(ground.now(), ask.expiresAt - ask.createdAt),
    success_url: ask.returnUrl,
    cancel_url: leftUrl(ask.returnUrl),
  }
  const client = openClient(ground, account)
  const said = await asking(Session, () =>
    client.checkout.sessions.create(params, { idempotencyKey: ask.tradeNo }),
  )
  if (said.said !== 'yes') return said
  const { id, url } = said.value
  if (!/^https?:\/\//.test(url ?? '')) return unknown('answer_unreadable')
  return yes({ ref: id, next: { kind: 'redirect', url: url ?? '' } })
}

/**
 * When Stripe ends a session by itself, in its own seconds. That is not when the attempt ends, which `close` sees to:
 * Stripe knows neither lives shorter than half an hour nor the house's clock. Whole hours make the same attempt, asked
 * again, the same request.
 */
export function sessionEnd(nowMs: number, lifeMs: number): number {
  const wantedMs = nowMs + Math.max(lifeMs, SESSION_LIFE_MIN_MS)
  const endMs = Math.ceil(wantedMs / SESSION_END_GRID_MS) * SESSION_END_GRID_MS
  const lastMs = Math.floor((nowMs + SESSION_LIFE_MAX_MS) / SESSION_END_GRID_MS)
  return Math.min(endMs, lastMs * SESSION_END_GRID_MS) / 1_000
}

async function chargeCard(
  ground: Ground,
  account: StripeAccount,
  ask: PayAsk,
  amount: number,
): Promise<Said<Created>> {
  const { instrument } = ask.payer
  if (!instrument) return no('instrument_missing')
  const params: Stripe.PaymentIntentCreateParams = {
    amount,
    currency: ask.currency.toLowerCase(),
    customer: instrument.customer,
    payment_method: instrument.method,
    off_session: true,
    confirm: true,
    description: ask.title,
    metadata: { trade_no: ask.tradeNo, method: ask.method },
    expand: ['latest_charge'],
  }
  const client = openClient(ground, account)
  const said = await asking(Intent, () =>
    client.paymentIntents.create(params, { idempotencyKey: ask.tradeNo }),
  )
  if (said.said !== 'yes') return said
  const fact = paymentOfIntent(said.value, originOf(account), paidAtOf(said.value))
  return yes({ ref: said.value.id, next: { kind: 'wait' }, ...(fact && { fact }) })
}

export async function query(
  ground: Ground,
  account: StripeAccount,
  attempt: Asked,
): Promise<Said<View>> {
  const found = await find(ground, account, attempt)
  if (found.said !== 'yes') return found
  if (found.value === undefined) return yes({ state: 'not_there' })
  return yes(viewOf(found.value, account))
}

/**
 * Ends a session, or gives up what a card was to be charged with. Neither needs a key of ours: done twice they are
 * done once, and a kept answer would hide what has become of it since.
 */
export async function close(
  ground: Ground,
  account: StripeAccount,
  attempt: Asked,
): Promise<Said<'closed' | 'paid' | 'not_there'>> {
  const found = await find(ground, account, attempt)
  if (found.said !== 'yes') return found
  if (found.value === undefined) return yes('not_there')
  const { state } = viewOf(found.value, account)
  if (state === 'paid' || state === 'closed') return yes(state)
  const { id, object } = found.value
  const client = openClient(ground, account)
  const ended =
    object === 'checkout.session'
      ? await asking(Session, () => client.checkout.sessions.expire(id))
      : await asking(Intent, () => client.paymentIntents.cancel(id))
  if (ended.said === 'unknown') return ended
  // A refusal means that somebody was faster: what is there now is the answer.
  const now = ended.said === 'yes' ? ended : await find(ground, account, { ...attempt, ref: id })
  if (now.said !== 'yes') return now
  return now.value === undefined ? yes('not_there') : endOf(viewOf(now.value, account))
}

function endOf({ state }: View): Said<'closed' | 'paid'> {
  if (state === 'paid') return yes('paid')
  return state === 'open' ? no('payment_under_way') : yes('closed')
}

/**
 * What Stripe has of an attempt. Without its name there, because the answer was lost, by our number: that finds what
 * was paid, some minutes old. A session it does not find nobody can pay, for nobody learnt its address.
 */
async function find(
  ground: Ground,
  account: StripeAccount,
  { ref, tradeNo }: Pick<Asked, 'ref' | 'tradeNo'>,
): Promise<Said<Session | Intent | undefined>> {
  const client = openClient(ground, account)
  if (ref === undefined) return search(client, tradeNo)
  const said: Said<Session | Intent> = ref.startsWith('pi_')
    ? await asking(Intent, () => client.paymentIntents.retrieve(ref, { expand: ['latest_charge'] }))
    : await asking(Session, () =>
        client.checkout.sessions.retrieve(ref, { expand: ['payment_intent.latest_charge'] }),
      )
  return said.said === 'no' && said.code === 'resource_missing' ? yes(undefined) : asQuestion(said)
}

async function search(client: Stripe, tradeNo: string): Promise<Said<Intent | undefined>> {
  // Nothing but letters and digits gets between the quotes.
  if (!/^[0-9a-z]{26}$/.test(tradeNo)) return yes(undefined)
  const said = await asking(Page, () =>
    client.paymentIntents.search({
      query: `metadata['trade_no']:'${tradeNo}'`,
      expand: ['data.latest_charge'],
    }),
  )
  if (said.said !== 'yes') return asQuestion(said)
  const intents = said.value.data.map((one) => readAs(Intent, one))
  if (intents.includes(undefined)) return unknown('answer_unreadable')
  return yes(intents.find((one) => one?.status === 'succeeded') ?? intents[0])
}

function viewOf(found: Session | Intent, account: StripeAccount): View {
  return found.object === 'checkout.session'
    ? viewOfSession(found, account)
    : viewOfIntent(found, account)
}

function viewOfSession(session: Session, account: StripeAccount): View {
  if (session.status === 'expired') return { state: 'closed' }
  const { payment_intent: intent } = session
  const seen = intent !== null && typeof intent === 'object' ? intent : undefined
  const paidAt = seen ? paidAtOf(seen) : instantOf(session.created)
  const fact = paymentOfSession(session, originOf(account), paidAt)
  if (fact) return { state: 'paid', fact }
  if (session.status !== 'complete') return { state: 'open' }
  // Complete and unpaid is a bank at work, for days, until what it worked at comes back.
  const cameBack = seen && ['requires_payment_method', 'canceled'].includes(seen.status)
  if (cameBack) return { state: 'failed' }
  return session.payment_status === 'unpaid' ? { state: 'open', so: 'underWay' } : { state: 'open' }
}

function viewOfIntent(intent: Intent, account: StripeAccount): View {
  const fact = paymentOfIntent(intent, originOf(account), paidAtOf(intent))
  if (fact) return { state: 'paid', fact }
  // That of a session waits for another card; a saved one only we could try again, and do not.
  if (intent.metadata?.['method'] !== SAVED_CARD) return { state: 'open' }
  if (intent.status === 'canceled') return { state: 'closed' }
  return { state: intent.status === 'requires_payment_method' ? 'failed' : 'open' }
}
