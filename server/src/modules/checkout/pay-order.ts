import { catalog } from '#catalog'
import { intentOf } from '#credits'
import type { Instant } from '#kernel/clock'
import { inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import type { Call, Principal } from '#kernel/routes'
import { type Attempt, listAttempts, type StartNo } from '#payments'
import type { Counter } from './deps.ts'
import { lifeMs, type Order } from './order.ts'
import { findOrder, moveOrder } from './order-store.ts'
import { type OrderWish, placeOrder, type QuoteNo } from './place-order.ts'
import { checkout } from './refusals.ts'

const channelOf = (name: string): string => (name === 'mock' ? 'sandbox' : name)
/** Play money stays play money. */
export const isLive = (channel: string, production: boolean): boolean =>
  channel === 'sandbox' ? false : production

interface Body {
  readonly product_id?: number
  readonly currency?: string
  readonly pay_channel?: string
}
export const wishOf = (deps: Counter, owner: string, body: Body): OrderWish => {
  const channel = body.pay_channel === undefined ? undefined : channelOf(body.pay_channel)
  return {
    ...{ owner, productId: body.product_id ?? 0, currency: body.currency ?? 'CNY', channel },
    livemode: isLive(channel ?? '', deps.production),
  }
}

type CreateBody = Body & {
  readonly pay_channel: string
  readonly order_id?: string
  readonly account?: string
  readonly method?: string
  readonly return_url?: string
  readonly openid?: string
}
type PayCall = Pick<
  Call<CreateBody, unknown, unknown>,
  'body' | 'headers' | 'principal' | 'ip' | 'language'
>
interface Wanted {
  readonly order: Order
  /** What this key was answered with before, where nothing is left to pay. */
  readonly earlier?: Attempt | undefined
}

/** Staff who may look at what is others' spend nothing of theirs, and give up no order of theirs. */
export const mayPay = ({ kind, id }: Principal, owner: string): boolean =>
  kind === 'key' || id === owner

export async function orderToPay(
  deps: Counter,
  { body, headers, principal }: PayCall,
  owner: string,
): Promise<
  Outcome<
    Wanted,
    | QuoteNo
    | 'order_unknown'
    | 'order_closed'
    | 'idempotency_key_required'
    | 'idempotency_key_reserved'
    | 'idempotency_key_reused'
  >
> {
  if (body.order_id !== undefined) return anotherWay(deps, body.order_id, owner, body.pay_channel)
  const named = headers['idempotency-key'] !== undefined
  const intent = intentOf({ headers, principal, body }, 'POST /api/v1/payments/create')
  const mustName = deps.payments.takesAtOnce(channelOf(body.pay_channel), body.method)
  if ((named || mustName) && !intent.ok) return intent
  // Without a key each call is an order of its own, which takes nothing before its payer does.
  const key = intent.ok ? intent.value.key : deps.newId('ord')
  const request = intent.ok ? intent.value.request : key
  const placed = await placeOrder(deps, wishOf(deps, owner, body), {
    ...{ key, request, by: principal.id },
  })
  if (!placed.ok) return placed
  const { order, replayed } = placed.value
  const open = stillOpen(deps, order)
  if (open.ok) return done({ order: open.value })
  const earlier = replayed && earlierAttempt(await listAttempts(deps.db, order.id), body)
  return earlier ? done({ order, earlier }) : open
}

async function anotherWay(
  deps: Counter,
  id: string,
  owner: string,
  pay_channel: string,
): Promise<Outcome<Wanted, 'order_unknown' | 'order_closed' | 'channel_unavailable'>> {
  const order = await findOrder(deps.db, id)
  if (order?.owner !== owner) return checkout.no('order_unknown')
  const { channels } = order.product.terms
  const channel = channelOf(pay_channel)
  if (channels?.includes(channel) === false)
    return catalog.no('channel_unavailable', {
      ...{ product_id: order.product.id, channel, allowed: channels },
    })
  const open = stillOpen(deps, order)
  return open.ok ? done({ order: open.value }) : open
}

/** What came of the same request before: paid, if one of its attempts was, else the newest. */
function earlierAttempt(
  before: readonly Attempt[],
  { pay_channel, account, method }: CreateBody,
): Attempt | undefined {
  const same = before.filter(
    (one) =>
      one.channel === channelOf(pay_channel) &&
      one.account === (account ?? one.account) &&
      one.method === (method ?? one.method),
  )
  return same.find(({ state }) => state === 'succeeded') ?? same.at(-1)
}

export const stillOpen = (deps: Counter, order: Order): Outcome<Order, 'order_closed'> => {
  const isOpen = order.state === 'created' || order.state === 'pending'
  return isOpen && order.expiresAt > deps.clock.now()
    ? done(order)
    : checkout.no('order_closed', { state: isOpen ? 'expired' : order.state })
}

/** How somebody at our door wants to pay. */
export const wayOf = (deps: Counter, { body, principal, ip, language }: PayCall): Way => ({
  ...{ channel: channelOf(body.pay_channel), account: body.account, method: body.method },
  ...{ language: language === 'en' ? 'en' : 'zh', returnUrl: body.return_url ?? deps.publicUrl },
  payer: {
    ip,
    // A browser's word for who it is in WeChat is worth nothing.
    ...(principal.kind === 'key' && body.openid !== undefined && { openid: body.openid }),
  },
})
type Start = Parameters<Counter['payments']['start']>[0]
type Way = Pick<Start, 'channel' | 'account' | 'method' | 'returnUrl' | 'payer' | 'once'> & {
  readonly language: 'en' | 'zh'
}

interface Started {
  readonly order: Order
  readonly attempt: Attempt
  /** Begun by this call, and not answered with again. */
  readonly isNew: boolean
}

/** A way to pay the order; the same way again is the same. */
export async function startPaying(
  deps: Counter,
  { language, ...way }: Way,
  order: Order,
): Promise<Outcome<Started, StartNo>> {
  const { id, owner, amount, currency, livemode, product } = order
  // No provider holds a payment open for as long as a bank takes.
  const last = deps.clock.now() + lifeMs(way.channel)
  const expiresAt = Math.min(order.expiresAt, last) as Instant
  const started = await deps.payments.start({
    ...{ subject: id, owner, amount, currency, livemode, expiresAt },
    ...way,
    title: product.terms.name[language],
  })
  if (!started.ok) return started
  await inTx(deps.db, (tx) => moveOrder(tx, id, 'wait'))
  const now = (await findOrder(deps.db, id)) ?? order
  // Given up while the provider was asked: what it has opened must not stay open.
  if (now.state === 'closing' || now.state === 'closed') await deps.payments.closeAll(id)
  return done({ order: now, ...started.value })
}
