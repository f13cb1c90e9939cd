import { hash } from 'node:crypto'
import Type from 'typebox'
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
import { toPaypal } from './amount.ts'
import type { Client } from './client.ts'
import { closedMark, isPaid, type Origin, paymentFact, tradeNoIn } from './facts.ts'
import { isLive, type PaypalAccount } from './settings.ts'
import { Order } from './shapes.ts'

export const METHODS = ['checkout'] as const

export async function create(
  client: Client,
  account: PaypalAccount,
  ask: PayAsk,
): Promise<Said<Created>> {
  const amount = toPaypal(ask.amount, ask.currency)
  if (amount === undefined) return no('amount_unsupported')
  const said = await client.ask(
    account,
    { method: 'POST', path: ORDERS, body: orderBody(ask, amount), requestId: ask.tradeNo },
    Order,
  )
  if (said.said !== 'yes') return said
  const { id, links } = said.value
  const page = links?.find(({ rel }) => rel === 'payer-action' || rel === 'approve')
  if (!page || !/^https?:\/\//.test(page.href)) return unknown('answer_unreadable')
  return yes({ ref: id, next: { kind: 'redirect', url: page.href } })
}

const ORDERS = '/v2/checkout/orders'
const UNIT = 'default'
const orderPath = (ref: string): string => `${ORDERS}/${encodeURIComponent(ref)}`

const orderBody = (ask: PayAsk, amount: object) => ({
  intent: 'CAPTURE',
  purchase_units: [
    {
      reference_id: UNIT,
      custom_id: ask.tradeNo,
      invoice_id: ask.tradeNo,
      description: ask.title,
      amount,
    },
  ],
  payment_source: {
    paypal: {
      experience_context: {
        return_url: ask.returnUrl,
        cancel_url: leftUrl(ask.returnUrl),
        user_action: 'PAY_NOW',
        shipping_preference: 'NO_SHIPPING',
        // No cheques, which take days and may bounce.
        payment_method_preference: 'IMMEDIATE_PAYMENT_REQUIRED',
      },
    },
  },
})

/**
 * Looks, and takes the money where the payer has agreed to it: PayPal moves nothing before we do. It is not taken of an
 * order that we have closed, nor after the last moment to pay. Without its name there nobody learnt its address, so
 * nobody can have agreed.
 */
export async function query(
  client: Client,
  ground: Ground,
  account: PaypalAccount,
  attempt: Asked,
): Promise<Said<View>> {
  const { ref, tradeNo } = attempt
  if (ref === undefined) return yes({ state: 'not_there' })
  const see = (order: Order | undefined): Said<View> =>
    yes(order ? viewOf(order, account, attempt, ground.now()) : { state: 'not_there' })
  const seen = await look(client, account, ref)
  if (seen.said !== 'yes') return seen
  const order = seen.value
  const view = see(order)
  const isOpen = view.said === 'yes' && view.value.state === 'open'
  const isOurs = order?.purchase_units?.[0]?.custom_id === tradeNo
  if (!isOpen || !isOurs || order.status !== 'APPROVED') return view
  const taken = await capture(client, account, attempt, order)
  if (taken.said === 'yes') return see(taken.value)
  if (taken.said === 'unknown') return taken
  // Somebody was faster, or the payer's bank said no and they may choose another: the order knows.
  const after = await look(client, account, ref)
  if (after.said !== 'yes') return after
  const now = see(after.value)
  const isDeclined =
    now.said === 'yes' && now.value.state === 'open' && taken.code !== 'order_not_approved'
  return isDeclined ? yes({ state: 'open', so: 'declined' }) : now
}

/** The second is what PayPal calls the issue of the first. */
const GONE_CODES: ReadonlySet<string> = new Set(['resource_not_found', 'invalid_resource_id'])

async function look(
  client: Client,
  account: PaypalAccount,
  ref: string,
): Promise<Said<Order | undefined>> {
  const said = await client.ask(account, { method: 'GET', path: orderPath(ref) }, Order)
  return said.said === 'no' && GONE_CODES.has(said.code) ? yes(undefined) : asQuestion(said)
}

/**
 * Under a number that changes with the order: the same number would be told of the same refusal for as long as PayPal
 * remembers, also after the payer has chosen another instrument. Twice it takes nothing: an order is captured once.
 */
const capture = (client: Client, account: PaypalAccount, { tradeNo }: Asked, order: Order) =>
  client.ask(
    account,
    {
      method: 'POST',
      path: `${orderPath(order.id)}/capture`,
      body: {},
      requestId: `${tradeNo}-capture-${hash('sha256', order.update_time ?? '').slice(0, 12)}`,
    },
    Order,
  )

/**
 * PayPal cannot end an order that is not captured; it moves nothing either unless we capture. So the order itself is
 * marked as closed, where each of us reads it before they capture, and what the payer agrees to later PayPal lets go
 * of. After the last moment to pay there is nothing to mark. Who read an order the moment before may still capture it;
 * that is told as any payment that comes too late.
 */
export async function close(
  client: Client,
  ground: Ground,
  account: PaypalAccount,
  attempt: Asked,
): Promise<Said<'closed' | 'paid' | 'not_there'>> {
  const { ref, tradeNo } = attempt
  if (ref === undefined) return yes('not_there')
  const see = (order: Order | undefined) =>
    order ? endOf(viewOf(order, account, attempt, ground.now())) : 'not_there'
  const before = await look(client, account, ref)
  if (before.said !== 'yes') return before
  const end = see(before.value)
  if (end !== undefined) return yes(end)
  const patch = [
    {
      op: 'replace',
      path: `/purchase_units/@reference_id=='${UNIT}'/custom_id`,
      value: closedMark(tradeNo),
    },
  ]
  const question = { method: 'PATCH', path: orderPath(ref), body: patch } as const
  const marked = await client.ask(account, question, Type.Unknown())
  if (marked.said === 'yes') return yes('closed')
  if (marked.said === 'unknown') return marked
  const after = await look(client, account, ref)
  if (after.said !== 'yes') return after
  const late = see(after.value)
  return late === undefined ? no('payment_under_way') : yes(late)
}

function endOf({ state }: View): 'closed' | 'paid' | undefined {
  if (state === 'paid') return 'paid'
  return state === 'open' ? undefined : 'closed'
}

function viewOf(
  order: Order,
  account: PaypalAccount,
  { tradeNo, expiresAt }: Asked,
  nowMs: number,
): View {
  const unit = order.purchase_units?.[0]
  const captures = unit?.payments?.captures ?? []
  const paid = captures.find(isPaid)
  if (paid) {
    const from: Origin = {
      merchant: unit?.payee?.merchant_id ?? account.merchant,
      livemode: isLive(account),
    }
    const more = { tradeNo: tradeNoIn(unit?.custom_id) ?? tradeNo, payer: order.payer?.payer_id }
    return { state: 'paid', fact: paymentFact(paid, from, more) }
  }
  // A capture that waits for a bank or for PayPal's own eyes is no payment yet, and may become one.
  if (captures.some(({ status }) => status === 'PENDING')) return { state: 'open' }
  if (order.status === 'COMPLETED' && captures.length > 0) return { state: 'failed' }
  const isClosed = order.status === 'VOIDED' || unit?.custom_id === closedMark(tradeNo)
  const isLate = order.status !== 'COMPLETED' && nowMs >= expiresAt
  return { state: isClosed || isLate ? 'closed' : 'open' }
}
