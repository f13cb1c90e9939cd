import { scheduler } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Lab } from '../../lab/kit/open-lab.ts'
import { type Dice, dice } from './dice.ts'
import { PRODUCT } from './lab-shop.ts'
import type { Payment, Way } from './lab-ways.ts'
import { surely } from './survivors.ts'
import { BOOTSTRAP_KEY } from './world.ts'

/** What a customer is going to do. */
const FATES = [
  ...(['pays', 'pays', 'pays', 'pays', 'pays', 'pays', 'pays'] as const),
  ...(['refunds_part', 'refunds_part', 'refunds_twice', 'refunds_all'] as const),
  ...(['refunded_in_console', 'pays_twice', 'cancels', 'forgets', 'forgets'] as const),
]
type Fate = (typeof FATES)[number]

/** One order, and what must have come of it in the end. */
export interface Customer {
  readonly external_id: string
  readonly fate: Fate
  readonly way: Way
  readonly orderId: string
  readonly price: number
  readonly credits: number
  /** How much must go back, in minor units. */
  readonly back: number
  readonly isPaid: boolean
}

export interface Crowd {
  /** Resolves when so many have been served. */
  served(count: number): Promise<void>
  /** Those who were in the middle of something at one of these moments. */
  readonly struck: ReadonlySet<string>
  /** Whoever is in the shop now was struck by what comes. */
  strike(): void
  /** Every answer that was no success. */
  readonly problems: () => string
  readonly all: Promise<readonly Customer[]>
}

interface Told extends Payment {
  readonly code?: string
}

const LOOK_AGAIN_MS = 100
const LOOKS_MAX = 900

/** Customers who order, pay at the lab and want money back whatever happens to the server; so many at once. */
export function startCrowd(
  base: string,
  lab: Lab,
  options: {
    readonly ways: readonly Way[]
    readonly orders: number
    readonly atOnce: number
    readonly seed: number
    /** Who pays with what, so that it can be looked for. */
    readonly payerOf: (nth: number) => string
  },
): Crowd {
  const inside = new Set<string>()
  const struck = new Set<string>()
  const problems: string[] = []
  const waiters: { readonly at: number; readonly resolve: () => void }[] = []
  const ask = async (path: string, key: string, want: object) => {
    const told = await surely<Told>(base, path, key, want, (waits) => {
      problems.push(JSON.stringify(waits))
    })
    if (told.status >= 400) problems.push(JSON.stringify(told.body))
    return told
  }
  let begun = 0
  let done = 0
  const lane = async (): Promise<Customer[]> => {
    const served: Customer[] = []
    while (begun < options.orders) {
      const nth = begun
      begun += 1
      const name = `customer-${nth}`
      inside.add(name)
      const way = options.ways[nth % options.ways.length] as Way
      const shop = { base, lab, ask, ways: options.ways, payer: options.payerOf(nth) }
      served.push(await serve(shop, name, way, dice(options.seed * 1_000 + nth)))
      inside.delete(name)
      done += 1
      for (const { at, resolve } of waiters) if (at <= done) resolve()
    }
    return served
  }
  const all = Promise.all(Array.from({ length: options.atOnce }, lane)).then((lanes) =>
    lanes.flat(),
  )
  all.catch(() => {}) // told to whoever waits
  return {
    all,
    struck,
    problems: () => problems.join('\n'),
    strike: () => {
      for (const name of inside) struck.add(name)
    },
    served: async (count) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiters.push({ at: count, resolve })
      if (done >= count) resolve()
      await Promise.race([promise, all])
    },
  }
}

interface Shop {
  readonly base: string
  readonly lab: Lab
  readonly ways: readonly Way[]
  readonly payer: string
  ask(path: string, key: string, want: object): ReturnType<typeof surely<Told>>
}

async function serve(shop: Shop, name: string, way: Way, chance: Dice): Promise<Customer> {
  const { ask, lab } = shop
  const fate = chance.pick(FATES)
  const more = { ...way.more, ...('openid' in way.more && { openid: shop.payer }) }
  const wish = { external_id: name, product_id: PRODUCT, currency: way.currency, ...more }
  const payment = await order(shop, `${name}-order`, {
    ...wish,
    ...{ pay_channel: way.channel, method: way.method },
  })
  const { amount: price, credits, order_id: orderId } = payment
  const customer = { ...{ external_id: name, fate, way, orderId, price, credits }, isPaid: true }
  if (fate === 'forgets') return { ...customer, isPaid: false, back: 0 }
  if (fate === 'cancels') {
    const { status } = await ask(`payments/${payment.payment_id}/cancel`, `${name}-cancel`, {})
    expect([name, status]).toEqual([name, 200])
    return { ...customer, isPaid: false, back: 0 }
  }
  const payments = [{ way, payment }]
  const other = shop.ways.find((one) => one.currency === way.currency && one !== way)
  if (fate === 'pays_twice' && other) {
    const again = { external_id: name, order_id: orderId, currency: other.currency, ...other.more }
    const wished = { ...again, pay_channel: other.channel, method: other.method }
    payments.push({ way: other, payment: await order(shop, `${name}-again`, wished) })
  }
  await Promise.all(payments.map((one) => one.way.pay(lab, one.payment, shop.payer)))
  const back = await giveBack(shop, name, { fate, way, payment, chance })
  return { ...customer, back }
}

async function order(shop: Shop, key: string, wish: object): Promise<Payment> {
  const { status, body } = await shop.ask('payments/create', key, wish)
  expect([key, status, body.code]).toEqual([key, 201, undefined])
  return body
}

interface Bought {
  readonly fate: Fate
  readonly way: Way
  readonly payment: Payment
  readonly chance: Dice
}

async function giveBack(
  shop: Shop,
  name: string,
  { fate, way, payment, chance }: Bought,
): Promise<number> {
  const { amount: price, payment_id } = payment
  const some = () => 1 + chance.below(Math.floor(price / 3))
  const amounts = {
    ...{ refunds_part: [some()], refunds_twice: [some(), some()], refunds_all: [price] },
    refunded_in_console: [some()],
  } as const satisfies Partial<Record<Fate, readonly number[]>>
  if (!(fate in amounts)) return 0
  const wanted = amounts[fate as keyof typeof amounts]
  await paid(shop.base, payment)
  for (const [i, amount] of wanted.entries()) {
    if (fate === 'refunded_in_console') await way.refundInConsole(shop.lab, payment, amount)
    else {
      const want = { amount, reason: 'changed their mind', allow_debt: true }
      const key = `${name}-back-${i}`
      const { status, body } = await shop.ask(`payments/${payment_id}/refunds`, key, want)
      expect([key, status, body.code]).toEqual([key, 201, undefined])
    }
  }
  return wanted.reduce((sum, amount) => sum + amount, 0)
}

/** By push or by pull, whichever comes first. */
async function paid(base: string, { payment_id }: Payment): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const reply = await fetch(`${base}/api/v1/payments/${payment_id}`, {
      headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
    }).catch(() => undefined)
    const body = (await reply?.json().catch(() => undefined)) as Payment | undefined
    if (body && !['pending', 'closed'].includes(body.status)) return
    await scheduler.wait(LOOK_AGAIN_MS)
  }
  throw new Error(`nobody hears that ${payment_id} was paid`)
}
