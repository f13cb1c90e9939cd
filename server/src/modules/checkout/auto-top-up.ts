import type { Hearing, TellingEvent } from '#kernel/outbox'
import { type Instrument, listInstruments } from '#payments'
import { closeOrder } from './close-order.ts'
import type { Counter } from './deps.ts'
import { BY_ITSELF, type Order } from './order.ts'
import { hasOpenOrder } from './order-store.ts'
import { startPaying, stillOpen } from './pay-order.ts'
import { placeOrder } from './place-order.ts'
import { TOP_UP_ENDED } from './tell-top-up.ts'

/** A rule may name what an app of its own sells; ours are numbers. */
const PRODUCT_ID = /^[1-9]\d{0,4}$/

/** Tops up with what its owner has saved; who has saved nothing is left to whoever else hears that it is time. */
export const topUpHearings = (deps: Counter): Hearing[] => [
  { module: 'checkout', topic: 'credits.top_up_due', hear: (event) => buy(deps, event) },
  {
    module: 'checkout',
    topic: TOP_UP_ENDED,
    hear: ({ data }) =>
      deps.concludeTopUp(String(data['top_up_id']), data['how'] === 'paid' ? 'paid' : 'declined'),
  },
]

/** Heard again it is the same order, and what was tried once is not tried again: a card is charged once or not at all. */
async function buy(deps: Counter, { owner = '', data }: TellingEvent): Promise<void> {
  const topUp = String(data['top_up_id'])
  const product = String(data['product'])
  const card = await cardOf(deps, owner)
  if (!card || !PRODUCT_ID.test(product)) return
  // A queue may have stood still for a day, and its owner may want it no more.
  if (!(await deps.isTopUpDue(topUp))) return decline(deps, topUp, 'not_due')
  if (await hasOpenOrder(deps.db, owner, { by: BY_ITSELF, but: topUp }))
    return decline(deps, topUp, 'one_under_way')
  const { livemode, currency, channel } = card
  const wish = { owner, productId: Number(product), currency, channel, livemode }
  const placed = await placeOrder(deps, wish, { key: topUp, request: topUp, by: BY_ITSELF })
  if (!placed.ok) return decline(deps, topUp, placed.refusal.code)
  const open = stillOpen(deps, placed.value.order)
  if (open.ok) await charge(deps, topUp, card, open.value)
}

async function charge(deps: Counter, topUp: string, card: Card, order: Order): Promise<void> {
  const way = { channel: card.channel, account: card.account, method: card.by, once: true }
  const payer = { ip: '127.0.0.1' } // nobody is there
  const how = { ...way, language: 'zh', returnUrl: deps.publicUrl, payer } as const
  const started = await startPaying(deps, how, order)
  // What nobody knows is asked for until it is known, and told then; so is what somebody else has begun.
  if (started.ok || ['payment_unclear', 'tried_before'].includes(started.refusal.code)) return
  await decline(deps, topUp, started.refusal.code)
  await closeOrder(deps, order.id)
}

type Card = Instrument & { readonly by: string }

async function cardOf(
  { db, payments, production }: Counter,
  owner: string,
): Promise<Card | undefined> {
  for (const one of await listInstruments(db, owner)) {
    const by = payments.savedMethodOf(one.channel)
    if (one.livemode === production && by !== undefined) return { ...one, by }
  }
  return undefined
}

async function decline(deps: Counter, topUp: string, code: string): Promise<void> {
  deps.log.warn({ module: 'checkout', top_up_id: topUp, code }, 'a top-up was declined')
  await deps.concludeTopUp(topUp, 'declined')
}
