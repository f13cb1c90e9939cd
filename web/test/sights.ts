import { expect, vi } from 'vitest'
import { numberOf, type Payment, waysOf } from '../../server/test/lab-ways.ts'
import { newKey } from '../../server/test/till.ts'
import type { House, Person } from './house.ts'
import type { Manner } from './manners.ts'
import { paidByCard } from './paid-by-card.ts'

type Who = 'nobody' | 'newcomer' | 'regular' | 'staff'

/** One page as one kind of person sees it. */
export interface Sight {
  readonly path: string
  readonly who: Who
  /** Calls that bring what the page is about; of the same page they can be late, or fail. */
  readonly asks?: RegExp
}

const STAFF = /\/api\/v1\/(?:admin|owners)\//

/** Every page there is; a test holds it to the routes. */
export const SIGHTS: readonly Sight[] = [
  { path: '/sign-in', who: 'nobody' },
  { path: '/sign-up', who: 'nobody' },
  { path: '/forgot-password', who: 'nobody' },
  { path: '/reset-password?token=of-no-mail', who: 'nobody' },
  { path: '/', who: 'regular', asks: /\/api\/v1\/(?:wallets|credits|products|payments)/ },
  { path: '/credits', who: 'regular', asks: /\/api\/v1\/credits\/lots/ },
  { path: '/credits?tab=history', who: 'regular', asks: /\/api\/v1\/credits\/(?:history|stats)/ },
  { path: '/credits?tab=usage', who: 'regular', asks: /\/api\/v1\/credits\/stats/ },
  { path: '/top-up?product=3', who: 'regular', asks: /\/api\/v1\/(?:products|orders|payments)/ },
  { path: '/top-up/return', who: 'regular', asks: /\/api\/v1\/payments/ },
  { path: '/billing', who: 'regular', asks: /\/api\/v1\/payments/ },
  { path: '/billing?tab=refunds', who: 'regular', asks: /\/api\/v1\/refunds/ },
  { path: '/settings', who: 'regular' },
  { path: '/settings?tab=security', who: 'regular', asks: /\/api\/v1\/auth\/sessions/ },
  { path: '/settings?tab=top_up', who: 'regular', asks: /\/api\/v1\/(?:payments|credits\/auto)/ },
  { path: '/settings?tab=keys', who: 'staff', asks: /\/api\/v1\/api-keys/ },
  ...[
    ...['', '/people', '/people/$id', '/people/$id?tab=balances', '/people/$id?tab=why'],
    ...['/people/$id?tab=profile'],
    ...['/orders', '/orders/$id', '/refunds', '/disputes', '/inbox', '/suspense'],
    ...['/products', '/products/$id'],
    ...['/prices', '/prices/edit?action=image', '/audit', '/jobs', '/approvals', '/channels'],
    ...['/books', '/lab', '/clock'],
  ].map((path): Sight => ({ path: `/console${path}`, who: 'staff', asks: STAFF })),
]

/** Not pages: they only lead to one. */
export const ONLY_LEAD: readonly string[] = []

/** Whose page it is, where the path leaves that open; known when there is somebody. */
const ids = new Map<string, string>()
export const addressOf = (path: string): string =>
  path.replace(/(\/\w+)\/\$id/, (_, list: string) => `${list}/${ids.get(list) ?? '1'}`)

/** Who looks at the pages in a language: somebody new, somebody with a story, and somebody of the house. */
export async function crowd(house: House, manner: Manner): Promise<Crowd> {
  const [newcomer, regular, staff] = [
    await house.person('user', manner),
    await house.person('user', manner),
    await house.person('admin', manner),
  ]
  for (const amount of [300, 120, 80]) await house.grant(regular, amount)
  for (const amount of [45, 5, 210]) await house.charge(regular, amount, 'Film of a heron')
  const order = await purchases(house, regular)
  await proposed(house, regular, staff)
  for (const amount of [60, 25]) await house.hold(regular, amount, 'Film of an otter')
  ids.set('/orders', order.order_id).set('/people', regular.id)
  return { nobody: undefined, newcomer, regular, staff }
}
export type Crowd = Readonly<Record<Who, Person | undefined>>

const WAIT = { timeout: 15_000, interval: 50 }

/** One that was paid and half given back, one that is disputed, one that waits to be paid, and one that fits nothing. */
async function purchases(house: House, { id }: Person): Promise<Payment> {
  const [way] = waysOf(['wechat'])
  if (!way) throw new Error('there is no way to pay')
  const theirs = { external_id: undefined, owner: id }
  const paid = await house.order(way, theirs)
  await way.pay(house.lab, paid)
  const becomes = (status: string) =>
    vi.waitFor(async () => expect((await house.payment(paid.payment_id)).status).toBe(status), WAIT)
  await becomes('paid')
  await house.refund(paid, 1_500, 'Half of it was a mistake')
  await becomes('partially_refunded')
  const disputed = await paidByCard(house, theirs)
  await disputed.dispute()
  await house.order(way, theirs)
  const wrong = await house.order(way)
  await house.lab.control('wechat', 'pay', { out_trade_no: numberOf(wrong), amount: 1 })
  return paid
}

/** What waits for a second person. */
async function proposed(house: House, owner: Person, { email, password }: Person): Promise<void> {
  const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${house.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const signedIn = await post('auth/sign-in/email', { email, password })
  const { token } = (await signedIn.json()) as { readonly token: string }
  const wish = { amount: 50_000, asset: 'credit', reason: 'Thanks for a film of a heron' }
  const asked = await post(`admin/owners/${owner.id}/adjust`, wish, {
    ...{ authorization: `Bearer ${token}`, 'idempotency-key': newKey() },
  })
  expect(asked.status, await asked.text()).toBe(202)
}
