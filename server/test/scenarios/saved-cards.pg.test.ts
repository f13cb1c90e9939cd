import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LabShop, openLabShop, PRODUCT } from '../lab-shop.ts'
import { type Payment, waysOf } from '../lab-ways.ts'
import { signUp } from '../people.ts'
import { newKey } from '../till.ts'

let shop: LabShop
beforeAll(async () => {
  shop = await openLabShop({ providers: ['stripe'], scale: 1_000 })
})
afterAll(() => shop.close())

const way = () => {
  const [stripe] = waysOf(['stripe'])
  if (!stripe) throw new Error('nobody pays by Stripe')
  return stripe
}
const statusOf = async ({ payment_id }: Payment) => (await shop.payment(payment_id)).status
const cardsOf = async (external_id: string) =>
  (await shop.api('GET', `payments/instruments?external_id=${external_id}`)).body.items

/** Pays once, and lets the card be kept. */
async function saver() {
  const payment = await shop.order(way(), { method: 'checkout_save' })
  await way().pay(shop.lab, payment)
  await expect.poll(() => statusOf(payment)).toBe('paid')
  const { external_id } = payment
  await expect.poll(() => cardsOf(external_id)).toHaveLength(1)
  const [card] = await cardsOf(external_id)
  return { external_id, payment, card }
}
const charge = (external_id: string, amount: number) =>
  shop.api('POST', 'credits/charge', { external_id, amount }, newKey())
const setRule = (external_id: string, more: object = {}) =>
  shop.api('PUT', 'credits/auto_top_up', {
    ...{ external_id, enabled: true, threshold: 50, product: String(PRODUCT), month_times_max: 2 },
    ...more,
  })
const again = (external_id: string, more: object = {}) =>
  shop.api(
    'POST',
    'payments/create',
    {
      ...{ external_id, product_id: PRODUCT, currency: way().currency },
      ...{ pay_channel: 'stripe', method: 'saved_card', ...more },
    },
    newKey(),
  )
const topUpsOf = async (external_id: string) =>
  shop.rows(
    `select t.state from credits.top_ups t join identity.owners o on o.id = t.owner
      where o.external_id = $1 order by t.started_at`,
    [external_id],
  )
const ordersByItself = (external_id: string) =>
  shop.rows(
    `select o.state from checkout.orders o join identity.owners w on w.id = o.owner
      where w.external_id = $1 and o.by = 'auto_top_up' order by o.id`,
    [external_id],
  )

/** Whoever hears has heard all that was told. */
const heardAll = () =>
  expect
    .poll(() =>
      shop.rows(
        `select 1 from kernel.outbox where relayed_at is null union all
         select 1 from pgboss.job
          where name = 'checkout.hears' and state in ('created', 'retry', 'active')`,
      ),
    )
    .toEqual([])

/** The newest word that it is time, as often as a queue may say it. */
async function tellAgain() {
  const [due] = await shop.rows(
    `select topic, owner, data from kernel.outbox where topic = 'credits.top_up_due'
      order by id desc limit 1`,
  )
  for (let nth = 0; nth < 3; nth++)
    await shop.rows(
      `insert into kernel.outbox (topic, owner, data, at) values ($1, $2, $3::jsonb, now())`,
      [due.topic, due.owner, JSON.stringify(due.data)],
    )
  await heardAll()
}

test('PY12: a card that its owner let be saved is charged again without them; nobody else has it', async () => {
  const { external_id, card } = await saver()
  expect(card).toMatchObject({ channel: 'stripe', account: 'main', currency: way().currency })
  expect(JSON.stringify(card)).not.toMatch(/cus_|pm_/)
  const { status, body } = await again(external_id)
  expect([status, body.method]).toEqual([201, 'saved_card'])
  await expect.poll(() => statusOf(body)).toBe('paid')
  await expect.poll(() => shop.available(external_id)).toBe(1_200)
  const stranger = await again('nobody-with-a-card')
  expect([stranger.status, stranger.body.code]).toEqual([422, 'instrument_missing'])
})

test('PY12: taken back, it is charged no more, and only by its owner is it taken back', async () => {
  const { external_id, card } = await saver()
  const other = await saver()
  const remove = (whose: string) =>
    shop.api('DELETE', `payments/instruments/${card.instrument_id}?external_id=${whose}`)
  expect((await remove(other.external_id)).body.code).toBe('instrument_unknown')
  expect((await remove(external_id)).status).toBe(204)
  expect((await remove(external_id)).body.code).toBe('instrument_unknown')
  expect(await cardsOf(external_id)).toEqual([])
  expect((await again(external_id)).body.code).toBe('instrument_missing')
  expect((await again(other.external_id)).status).toBe(201)
})

test('PY12: who looks after others may see what they saved, and charges it no more than anything else of theirs', async () => {
  const { external_id, card } = await saver()
  const operator = await signUp(shop.world, 'operator')
  const [{ id: owner }] = await shop.rows('select id from identity.owners where external_id = $1', [
    external_id,
  ])
  const removed = await shop.world.call(
    'DELETE',
    `/api/v1/payments/instruments/${card.instrument_id}?owner=${owner}`,
    { as: operator.token },
  )
  expect(removed.statusCode).toBe(404)
  expect(await cardsOf(external_id)).toHaveLength(1)
})

test('CK10 C17: credits that run low are topped up with the saved card, once, while its owner is away', async () => {
  const { external_id } = await saver()
  expect((await setRule(external_id)).status).toBe(200)
  expect(await topUpsOf(external_id)).toEqual([])
  const all = await Promise.all([560, 10, 10].map((amount) => charge(external_id, amount)))
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
  await expect.poll(() => shop.available(external_id), { timeout: 20_000 }).toBe(620)
  await expect.poll(() => topUpsOf(external_id)).toEqual([{ state: 'paid' }])
  expect(await ordersByItself(external_id)).toEqual([{ state: 'paid' }])
})

test('CK10: told again that it is time, nothing is charged again', async () => {
  const { external_id } = await saver()
  await setRule(external_id)
  await charge(external_id, 580)
  await expect.poll(() => topUpsOf(external_id), { timeout: 20_000 }).toEqual([{ state: 'paid' }])
  await tellAgain()
  await shop.lab.settled()
  expect(await ordersByItself(external_id)).toEqual([{ state: 'paid' }])
  expect(await shop.available(external_id)).toBe(620)
})

test('CK10 C17: a card that is declined ends the attempt for an hour, and gives nothing', async () => {
  const { external_id } = await saver()
  await setRule(external_id)
  const [card] = await shop.rows(
    `select i.method from payments.instruments i join identity.owners o on o.id = i.owner
      where o.external_id = $1`,
    [external_id],
  )
  await shop.lab.control('stripe', 'set_card', { payment_method: card.method, manner: 'declined' })
  await charge(external_id, 580)
  await expect
    .poll(() => topUpsOf(external_id), { timeout: 20_000 })
    .toEqual([{ state: 'declined' }])
  expect(await shop.available(external_id)).toBe(20)
  const rule = await shop.api('GET', `credits/auto_top_up?external_id=${external_id}`)
  expect(rule.body).toMatchObject({ in_flight: null, paused_until: expect.any(String) })
  // The bank would let it through now; nobody asked for another try.
  await shop.lab.control('stripe', 'set_card', { payment_method: card.method, manner: 'good' })
  await tellAgain()
  expect(await topUpsOf(external_id)).toEqual([{ state: 'declined' }])
  expect(await shop.available(external_id)).toBe(20)
})

test('CK10 C17: money that goes back to an owner is no reason to charge their card', async () => {
  const { external_id, payment } = await saver()
  await setRule(external_id)
  const wish = { reason: 'does not want it', amount: payment.amount }
  await shop.api('POST', `payments/${payment.payment_id}/refunds`, wish, newKey())
  await expect.poll(() => statusOf(payment)).toBe('refunded')
  expect(await shop.available(external_id)).toBe(0)
  const rule = await shop.api('GET', `credits/auto_top_up?external_id=${external_id}`)
  expect(rule.body).toMatchObject({ enabled: false })
  await charge(external_id, 1)
  expect(await topUpsOf(external_id)).toEqual([])
})

test('PY12: who disputes a payment is not charged again with what they saved', async () => {
  const { external_id, payment } = await saver()
  await setRule(external_id)
  const [fact] = await shop.rows('select txn from payments.facts where trade_no = $1', [
    payment.payment_id.slice('pay_'.length),
  ])
  await shop.lab.control('stripe', 'open_dispute', { payment_intent: fact.txn })
  await expect.poll(() => cardsOf(external_id)).toEqual([])
  expect((await again(external_id)).body.code).toBe('instrument_missing')
  expect(await topUpsOf(external_id)).toEqual([])
})

test('CK10: what is no longer due is not bought: nobody is charged for a word that waited in a queue', async () => {
  const external_id = 'somebody-who-waited'
  const first = await shop.order(way(), { external_id, method: 'checkout_save' })
  await setRule(external_id)
  await expect.poll(() => topUpsOf(external_id)).toEqual([{ state: 'in_flight' }])
  // Nobody has a card yet: heard only after it is saved, the first word would rightly charge it.
  await heardAll()
  await way().pay(shop.lab, first)
  await expect.poll(() => cardsOf(external_id)).toHaveLength(1)
  const removed = await shop.api('DELETE', `credits/auto_top_up?external_id=${external_id}`)
  expect(removed.status).toBe(204)
  await tellAgain()
  expect(await ordersByItself(external_id)).toEqual([])
  expect(await topUpsOf(external_id)).toEqual([{ state: 'declined' }])
})

test('PY12: saved twice, the newest counts, and taking it back leaves none', async () => {
  const { external_id, card } = await saver()
  const second = await shop.order(way(), { external_id, method: 'checkout_save' })
  await way().pay(shop.lab, second)
  const newest = async () => (await cardsOf(external_id)).map((one: Card) => one.instrument_id)
  await expect.poll(newest).not.toEqual([card.instrument_id])
  const [id, ...others] = await newest()
  expect(others).toEqual([])
  await shop.api('DELETE', `payments/instruments/${id}?external_id=${external_id}`)
  expect((await again(external_id)).body.code).toBe('instrument_missing')
})

test('PY9 CK4: what a bank works at for days is not over here because we are, and is given when it comes', async () => {
  const payment = await shop.order(way())
  const session = /cs_test_\w+/.exec(payment.next?.url ?? '')?.[0]
  const said = await shop.lab.control('stripe', 'pay', { session, way: 'delayed' })
  await shop.pass('50m')
  const stateOf = async () =>
    (
      await shop.rows('select state, ask_at from payments.attempts where id = $1', [
        payment.payment_id,
      ])
    )[0]
  await expect
    .poll(async () => (await shop.rows(ORDER_STATE, [payment.order_id]))[0].state)
    .toBe('closing')
  await shop.pass('20m')
  expect(await stateOf()).toMatchObject({ state: 'submitted', ask_at: expect.any(Date) })
  const { payment_intent } = said as { readonly payment_intent: string }
  await shop.lab.control('stripe', 'settle', { payment_intent, outcome: 'succeeded' })
  await shop.pass('15m')
  await expect.poll(() => shop.available(payment.external_id)).toBe(600)
})
const ORDER_STATE = 'select state from checkout.orders where id = $1'
interface Card {
  readonly instrument_id: string
}

test('CK10: what our shelf does not know, or nobody has saved a card for, is left to whoever else hears of it', async () => {
  const { external_id } = await saver()
  await setRule(external_id, { product: 'something-of-an-app' })
  await charge(external_id, 580)
  await expect.poll(() => topUpsOf(external_id)).toEqual([{ state: 'in_flight' }])
  expect(await ordersByItself(external_id)).toEqual([])
})

test('C25: an estimate that somebody cannot pay names what the refusal of the charge names', async () => {
  const { external_id } = await saver()
  const asked = { external_id, action: 'video.generate' }
  const estimated = () => shop.api('POST', 'credits/estimate', asked)
  expect((await estimated()).body).not.toHaveProperty('top_up')
  await charge(external_id, 590)
  const { affordable, missing, top_up } = (await estimated()).body
  expect([affordable, missing]).toEqual([false, 40])
  expect(top_up.map(({ credits }: { credits: number }) => credits)).toEqual([
    ...[100, 600, 1_600, 3_500],
  ])
  const refused = await shop.api('POST', 'credits/charge', asked, newKey())
  expect([refused.status, refused.body.top_up]).toEqual([402, top_up])
})

test('C25: who has too little is told what would do, the smallest first', async () => {
  const { external_id } = await saver()
  const { status, body } = await charge(external_id, 2_000)
  expect([status, body.code, body.missing]).toEqual([402, 'insufficient_credits', 1_400])
  expect(body.top_up.map(({ credits }: { credits: number }) => credits)).toEqual([1_600, 3_500])
  expect(body.top_up[0]).toMatchObject({
    product_id: 3,
    prices: expect.arrayContaining([{ currency: 'CNY', amount: 6_800 }]),
  })
})

test('T40 CK11: what a bank works at is shown as that, cannot be given up, and is given when it comes', async () => {
  const payment = await shop.order(way())
  const session = /cs_test_\w+/.exec(payment.next?.url ?? '')?.[0]
  const said = await shop.lab.control('stripe', 'pay', { session, way: 'delayed' })
  const told = async () => {
    const { status, next } = await shop.payment(payment.payment_id)
    return [status, next]
  }
  const worked = ['pending', { kind: 'wait' }]
  await expect.poll(told).toEqual(worked)
  await shop.api('POST', `payments/${payment.payment_id}/cancel`, {})
  expect(await told()).toEqual(worked)
  await shop.pass('50m')
  expect(await told()).toEqual(worked)
  const { payment_intent } = said as { readonly payment_intent: string }
  await shop.lab.control('stripe', 'settle', { payment_intent, outcome: 'succeeded' })
  await expect.poll(async () => (await told())[0]).toBe('paid')
  expect(await shop.available(payment.external_id)).toBe(600)
})
