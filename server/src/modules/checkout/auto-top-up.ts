import type { Hearing, TellingEvent } from '#kernel/outbox'
import type { Facts } from '#kernel/outcome'
import { type Instrument, listAttempts, listInstruments } from '#payments'
import type { Counter } from './deps.ts'
import { findTopUpOf } from './order-store.ts'
import { startPaying } from './pay-order.ts'
import { placeOrder } from './place-order.ts'

/** Whoever ordered by this name did so because credits ran low. */
const BY_ITSELF = 'auto_top_up'
/** A rule may name what an app of its own sells; ours are numbers. */
const PRODUCT_ID = /^[1-9]\d{0,4}$/

/** Tops up with what its owner has saved; who has saved nothing is left to whoever else hears that it is time. */
export const topUpHearings = (deps: Counter): Hearing[] => [
  { module: 'checkout', topic: 'credits.top_up_due', hear: (event) => buy(deps, event) },
  { module: 'checkout', topic: 'checkout.paid', hear: ({ data }) => tell(deps, data, 'paid') },
  {
    module: 'checkout',
    topic: 'checkout.closed',
    hear: ({ data }) => tell(deps, data, 'declined'),
  },
]

/** Heard again it is the same order, and what was tried once is not tried again: a card is charged once or not at all. */
async function buy(deps: Counter, { owner = '', data }: TellingEvent): Promise<void> {
  const topUp = String(data['top_up_id'])
  const product = String(data['product'])
  const card = await cardOf(deps, owner)
  if (!card || !PRODUCT_ID.test(product)) return
  const { livemode, currency, channel } = card
  const wish = { owner, productId: Number(product), currency, channel, livemode }
  const placed = await placeOrder(deps, wish, { key: topUp, request: topUp, by: BY_ITSELF })
  if (!placed.ok) return decline(deps, topUp, placed.refusal.code)
  if ((await listAttempts(deps.db, placed.value.id)).length > 0) return
  const way = { channel, account: card.account, method: card.by, language: 'zh' } as const
  const payer = { ip: '127.0.0.1' } // nobody is there
  const started = await startPaying(
    deps,
    { ...way, returnUrl: deps.publicUrl, payer },
    placed.value,
  )
  // What nobody knows is asked for until it is known, and told then.
  if (!started.ok && started.refusal.code !== 'payment_unclear')
    await decline(deps, topUp, started.refusal.code)
}

async function cardOf(
  { db, payments, production }: Counter,
  owner: string,
): Promise<(Instrument & { readonly by: string }) | undefined> {
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

async function tell(deps: Counter, data: Facts, how: 'paid' | 'declined'): Promise<void> {
  const topUp = await findTopUpOf(deps.db, String(data['order_id']), BY_ITSELF)
  if (topUp !== undefined) await deps.concludeTopUp(topUp, how)
}
