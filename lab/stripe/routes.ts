import type { Stripe } from 'stripe'
import { type Answer, invalid, missing, ok, refuse } from './answer.ts'
import { cancelIntent, confirmIntent, createIntent } from './create-intent.ts'
import { createSession } from './create-session.ts'
import { newCustomer } from './customer.ts'
import { listed } from './list.ts'
import { type Merchant, secondsOf } from './merchant.ts'
import type { Params } from './params.ts'
import { expire, expireWhereDue } from './pay-session.ts'
import { idOf } from './payment-intent.ts'
import { createRefund } from './refund-charge.ts'
import { searchIntents } from './search.ts'
import { tell } from './tell.ts'

type Handler = (merchant: Merchant, params: Params, id: string) => Answer

/** What this lab plays of Stripe's API: `:id` stands for one part of the path. */
export const ROUTES: Readonly<Record<string, Handler>> = {
  'POST /v1/checkout/sessions': (merchant, params) => {
    const answer = createSession(merchant, params)
    rememberKey(merchant, answer)
    return answer
  },
  'GET /v1/checkout/sessions': (merchant, params) => {
    const { sessions } = merchant.books
    for (const session of sessions.values()) expireWhereDue(merchant, session)
    const isIn = readFilter(params, ['payment_intent', 'customer', 'status'])
    return listed(params, '/v1/checkout/sessions', [...sessions.values()].filter(isIn))
  },
  'GET /v1/checkout/sessions/:id': (merchant, params, id) =>
    withOne(merchant.books.sessions, 'checkout.session', id, params, (session) => {
      expireWhereDue(merchant, session)
      return ok(session)
    }),
  'GET /v1/checkout/sessions/:id/line_items': (merchant, params, id) =>
    withOne(merchant.books.sessions, 'checkout.session', id, undefined, () =>
      listed(
        params,
        `/v1/checkout/sessions/${id}/line_items`,
        [...(merchant.books.plans.get(id)?.lines ?? [])].reverse(),
      ),
    ),
  'POST /v1/checkout/sessions/:id/expire': (merchant, params, id) =>
    withOne(merchant.books.sessions, 'checkout.session', id, params, (session) =>
      expireSession(merchant, session),
    ),

  'POST /v1/payment_intents': createIntent,
  'GET /v1/payment_intents': (merchant, params) =>
    listed(
      params,
      '/v1/payment_intents',
      [...merchant.books.intents.values()].filter(readFilter(params, ['customer'])),
    ),
  'GET /v1/payment_intents/search': searchIntents,
  'GET /v1/payment_intents/:id': (merchant, params, id) =>
    withOne(merchant.books.intents, 'payment_intent', id, params, ok),
  'POST /v1/payment_intents/:id/confirm': (merchant, params, id) =>
    withOne(merchant.books.intents, 'payment_intent', id, undefined, (intent) =>
      confirmIntent(merchant, intent, params),
    ),
  'POST /v1/payment_intents/:id/cancel': (merchant, params, id) =>
    withOne(merchant.books.intents, 'payment_intent', id, undefined, (intent) =>
      cancelIntent(merchant, intent, params),
    ),

  'POST /v1/refunds': createRefund,
  'GET /v1/refunds': (merchant, params) =>
    listed(
      params,
      '/v1/refunds',
      [...merchant.books.refunds.values()].filter(readFilter(params, ['payment_intent', 'charge'])),
    ),
  'GET /v1/refunds/:id': (merchant, params, id) =>
    withOne(merchant.books.refunds, 'refund', id, params, ok),

  'GET /v1/charges': (merchant, params) =>
    listed(
      params,
      '/v1/charges',
      [...merchant.books.charges.values()].filter(
        readFilter(params, ['payment_intent', 'customer']),
      ),
    ),
  'GET /v1/charges/:id': (merchant, params, id) =>
    withOne(merchant.books.charges, 'charge', id, params, ok),

  'GET /v1/disputes': (merchant, params) =>
    listed(
      params,
      '/v1/disputes',
      [...merchant.books.disputes.values()].filter(
        readFilter(params, ['payment_intent', 'charge']),
      ),
    ),
  'GET /v1/disputes/:id': (merchant, params, id) =>
    withOne(merchant.books.disputes, 'dispute', id, params, ok),

  'POST /v1/customers': createCustomer,
  'GET /v1/customers/:id': (merchant, params, id) =>
    withOne(merchant.books.customers, 'customer', id, params, ok),
  'GET /v1/customers/:id/payment_methods': (merchant, params, id) => {
    const isIn = readFilter(params, ['type'])
    return withOne(merchant.books.customers, 'customer', id, undefined, () =>
      listed(
        params,
        `/v1/customers/${id}/payment_methods`,
        [...merchant.books.methods.values()].filter(
          (method) => idOf(method.customer) === id && isIn(method),
        ),
      ),
    )
  },
  'GET /v1/payment_methods/:id': (merchant, params, id) =>
    withOne(merchant.books.methods, 'PaymentMethod', id, params, ok),
  'POST /v1/payment_methods/:id/detach': (merchant, params, id) =>
    withOne(merchant.books.methods, 'PaymentMethod', id, params, (method) => {
      method.customer = null
      tell(merchant, 'payment_method.detached', method)
      return ok(method)
    }),

  'GET /v1/balance_transactions': (merchant, params) =>
    listed(
      params,
      '/v1/balance_transactions',
      [...merchant.books.transactions.values()].filter(
        readFilter(params, ['type', 'source', 'currency']),
      ),
    ),
  'GET /v1/balance_transactions/:id': (merchant, params, id) =>
    withOne(merchant.books.transactions, 'balance_transaction', id, params, ok),

  'GET /v1/events': (merchant, params) =>
    listed(
      params,
      '/v1/events',
      [...merchant.books.events.values()].filter(readFilter(params, ['type'])),
    ),
  'GET /v1/events/:id': (merchant, params, id) =>
    withOne(merchant.books.events, 'event', id, params, ok),
}

/** `params` where the endpoint itself takes none: then whatever came is too much. */
function withOne<T>(
  all: ReadonlyMap<string, T>,
  what: string,
  id: string,
  params: Params | undefined,
  work: (one: T) => Answer,
): Answer {
  const one = all.get(id)
  if (one === undefined) return refuse(missing(what, id, 'id'))
  const fault = params?.fault()
  return fault ? refuse(fault) : work(one)
}

/** Rows in which these fields are as asked; a field that may be expanded is compared by its id. */
function readFilter(params: Params, names: readonly string[]): (row: object) => boolean {
  const asked = names.map((name) => [name, params.text(name)] as const)
  return (row) => {
    const fields = new Map<string, unknown>(Object.entries(row))
    return asked.every(([name, text]) => text === undefined || fields.get(name) === text)
  }
}

function expireSession(merchant: Merchant, session: Stripe.Checkout.Session): Answer {
  expireWhereDue(merchant, session)
  if (session.status !== 'open')
    return refuse(
      invalid(
        `Only open Checkout Sessions can be expired. This one has a status of \`${session.status}\`.`,
      ),
    )
  expire(merchant, session)
  return ok(session)
}

function rememberKey({ books, by }: Merchant, { status, body }: Answer): void {
  if (status === 200 && by.idempotency_key !== null && 'id' in body)
    books.askedWith.set(String(body.id), by.idempotency_key)
}

function createCustomer(merchant: Merchant, params: Params): Answer {
  const customer = newCustomer(secondsOf(merchant.kit), {
    email: params.text('email'),
    name: params.text('name'),
    description: params.text('description'),
    metadata: params.metadata('metadata'),
  })
  const fault = params.fault()
  if (fault) return refuse(fault)
  merchant.books.customers.set(customer.id, customer)
  tell(merchant, 'customer.created', customer)
  return ok(customer)
}
