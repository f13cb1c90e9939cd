import type { Stripe } from 'stripe'
import { type Fault, invalid } from './answer.ts'
import { type CardManner, newId, type Plan } from './books.ts'
import { newCustomer } from './customer.ts'
import { type Merchant, NOBODY, secondsOf } from './merchant.ts'
import { decline, payIntent, settleIntent } from './pay-intent.ts'
import { idOf, newIntent } from './payment-intent.ts'
import { newMethod } from './payment-method.ts'
import { isDelayed } from './session.ts'
import { tell } from './tell.ts'

/** What a payer can do on the hosted page: a card that behaves in one of its ways, or the way that takes days. */
export const WAYS = ['card', 'asks', 'declined', 'delayed'] as const
export type Way = (typeof WAYS)[number]

const MANNERS: Readonly<Record<Way, CardManner>> = {
  card: 'good',
  asks: 'asks',
  declined: 'declined',
  delayed: 'good',
}

/** A payer acts on the hosted page. Undefined where it came to pass, even if the money comes later. */
export function paySession(
  reached: Merchant,
  session: Stripe.Checkout.Session,
  way: Way,
): Fault | undefined {
  const merchant = { ...reached, by: NOBODY }
  expireWhereDue(merchant, session)
  const plan = merchant.books.plans.get(session.id)
  if (session.status !== 'open' || plan === undefined)
    return invalid(`This Checkout Session is ${session.status}.`)
  const type = session.payment_method_types.find((one) => isDelayed(one) === (way === 'delayed'))
  if (type === undefined) return invalid('This session does not offer that.')
  const intent = intentOf(merchant, session, plan)
  const email = session.customer_email ?? 'payer@lab.example'
  const method = newMethod(type, secondsOf(merchant.kit), email)
  merchant.books.methods.set(method.id, method)
  merchant.books.cards.set(method.id, MANNERS[way])
  const tried = payIntent(merchant, intent, method, 'at_page')
  if (tried.came === 'refused') return tried.fault
  session.status = 'complete'
  session.url = null
  session.payment_status = tried.came === 'succeeded' ? 'paid' : 'unpaid'
  session.customer = idOf(intent.customer) ?? null
  session.customer_details = detailsOf(email)
  const skewed = tried.came === 'succeeded' && tried.skewed
  tell(merchant, 'checkout.session.completed', session, skewed)
  return undefined
}

/** The bank decides, days later. Undefined where the intent does not wait for it. */
export function settleDelayed(
  reached: Merchant,
  intent: Stripe.PaymentIntent,
  arrived: boolean,
): Stripe.PaymentIntent | undefined {
  const merchant = { ...reached, by: NOBODY }
  const { books } = merchant
  const method = books.methods.get(idOf(intent.payment_method) ?? '')
  const charge = books.charges.get(idOf(intent.latest_charge) ?? '')
  if (intent.status !== 'processing' || !method || !charge) return undefined
  const session = [...books.sessions.values()].find(
    ({ payment_intent }) => payment_intent === intent.id,
  )
  if (!arrived) {
    decline(merchant, intent, method, charge, 'generic_decline')
    if (session) tell(merchant, 'checkout.session.async_payment_failed', session)
    return intent
  }
  const skewed = settleIntent(merchant, intent, method, charge)
  if (session) {
    session.payment_status = 'paid'
    tell(merchant, 'checkout.session.async_payment_succeeded', session, skewed)
  }
  return intent
}

/** A session past its end is expired, whether or not anybody looked at it when it ended. */
export function expireWhereDue(merchant: Merchant, session: Stripe.Checkout.Session): void {
  if (session.status === 'open' && secondsOf(merchant.kit) >= session.expires_at)
    expire({ ...merchant, by: NOBODY }, session)
}

export function expire(merchant: Merchant, session: Stripe.Checkout.Session): void {
  session.status = 'expired'
  session.url = null
  tell(merchant, 'checkout.session.expired', session)
}

/** One for all tries of a session: a declined card leaves it for the next one. */
function intentOf(
  merchant: Merchant,
  session: Stripe.Checkout.Session,
  plan: Plan,
): Stripe.PaymentIntent {
  const { books, kit } = merchant
  const known = books.intents.get(idOf(session.payment_intent) ?? '')
  if (known) return known
  const created = secondsOf(kit)
  const intent = newIntent({
    ...plan.intent,
    created,
    customer: customerOf(merchant, session, plan),
  })
  books.intents.set(intent.id, intent)
  session.payment_intent = intent.id
  const askedWith = books.askedWith.get(session.id)
  if (askedWith !== undefined) books.askedWith.set(intent.id, askedWith)
  tell(merchant, 'payment_intent.created', intent)
  return intent
}

function customerOf(
  merchant: Merchant,
  session: Stripe.Checkout.Session,
  plan: Plan,
): string | null {
  const known = idOf(session.customer)
  if (known !== undefined) return known
  const isWanted =
    session.customer_creation === 'always' || plan.intent.setupFutureUsage !== undefined
  if (!isWanted) return null
  const customer = newCustomer(secondsOf(merchant.kit), {
    email: session.customer_email ?? undefined,
  })
  merchant.books.customers.set(customer.id, customer)
  tell(merchant, 'customer.created', customer)
  return customer.id
}

const detailsOf = (email: string): Stripe.Checkout.Session.CustomerDetails => ({
  address: null,
  business_name: null,
  email,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
})

export const newSessionId = (): string => newId('cs_test_a1', 56)
