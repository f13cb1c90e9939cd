import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAccounts } from '../../server/src/app/seed.ts'
import { numberOf, waysOf } from '../../server/test/lab-ways.ts'
import { chromiumPath } from '../../tools/chromium.mjs'
import { approve, openProposal } from './approve.ts'
import { barriers } from './axe.ts'
import type { Visitor } from './browser.ts'
import { type House, openHouse } from './house.ts'
import type { Manner } from './manners.ts'
import { seen } from './open.ts'
import {
  choose,
  codeShown,
  order,
  orderBy,
  paidShown,
  paymentOf,
  showsBalance,
  wayOf,
} from './top-up.ts'

const PHONE: Manner = { language: 'zh-CN', size: 'phone', theme: 'light' }
const DESK: Manner = { language: 'en', size: 'desk', theme: 'dark' }
const [alipay] = waysOf(['alipay'])

interface Way {
  readonly name: string
  readonly manner: Manner
  /** What the payer does at the provider, whose page it is now: first they give up there, later they pay. */
  readonly leave: (visitor: Visitor) => Promise<unknown>
  readonly pay: (visitor: Visitor) => Promise<unknown>
}

const back = ({ page }: Visitor) => page.goBack()
const press =
  (name: string) =>
  ({ page }: Visitor) =>
    page.getByRole('button', { name, exact: true }).click()
const follow =
  (name: string) =>
  ({ page }: Visitor) =>
    page.getByRole('link', { name }).click()

const PAGES: readonly Way[] = [
  { name: 'wechat.h5', manner: PHONE, leave: back, pay: press('pay') },
  { name: 'alipay.wap', manner: PHONE, leave: press('离开'), pay: press('付款') },
  { name: 'alipay.page', manner: DESK, leave: back, pay: press('付款') },
  {
    ...{ name: 'stripe.checkout', manner: PHONE },
    ...{ leave: follow('Back to the shop'), pay: press('Pay by card') },
  },
  {
    ...{ name: 'paypal.checkout', manner: DESK },
    ...{ leave: follow('Cancel and go back'), pay: press('Agree and pay') },
  },
  { name: 'sandbox.cashier', manner: PHONE, leave: back, pay: payAtCashier },
]

/** In the language of the page that led there. */
const CASHIER = {
  'zh-CN': { pay: /^支付 /, others: '试试别的情况', late: '关闭后仍支付', back: '返回商户' },
  en: { pay: /^Pay ./, others: 'else', late: 'Pay although it is closed', back: 'Back to where' },
} as const

async function payAtCashier({ page, manner }: Visitor): Promise<void> {
  const words = CASHIER[manner.language]
  await page.getByRole('button', { name: words.pay }).first().click()
  await page.locator('.state.paid').waitFor()
  await page.getByRole('link', { name: words.back }).click()
}

/** Says what stands on the statement; where something lacks one is led to it, and not left in silence. */
async function propose({ page, say }: Visitor, reference: string, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  const act = dialog.getByRole('button', { name: say('console', 'statement.act') })
  await dialog.getByLabel(say('console', 'reason.label')).fill(reason)
  await act.click()
  await dialog.getByText(say('console', 'statement.reference_bent')).waitFor()
  await dialog.locator('[aria-invalid="true"]:focus').waitFor()
  await dialog.getByLabel(say('console', 'approvals.reference')).fill(reference)
  await act.click()
  await dialog.waitFor({ state: 'hidden' })
}

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
    await demoAccounts(house.node)
  })
  afterAll(() => house?.close())

  const somebody = async (manner: Manner) => {
    const person = await house.person('user', manner)
    return Object.assign(await house.visit(manner, person), { person })
  }
  const staff = async () => house.visit(DESK, await house.person('admin', DESK))
  const isAway = ({ page }: Visitor) =>
    page.waitForURL((url) => url.origin !== house.url || url.pathname.startsWith('/cashier'))
  const isBack = ({ page }: Visitor) => page.waitForURL(/\/top-up\/return/)
  /** Ordered, and then come back from where it is paid without having paid it. */
  const abandoned = async (visitor: Visitor, way: string, leave = back) => {
    await orderBy(visitor, way)
    await isAway(visitor)
    const there = visitor.page.url()
    await leave(visitor)
    await visitor.page.getByRole('link', goOn(visitor)).waitFor()
    return there
  }
  const goOn = ({ say }: Visitor) => ({ name: say('top-up', 'dialog.open_page') })
  /** Said on the page, and there. */
  const credited = async (visitor: Visitor, credits: number) => {
    await visitor.page.getByText(visitor.say('top-up', 'success.title')).last().waitFor()
    await showsBalance(visitor, credits)
  }

  test.each(PAGES)('paid on a page, given up once and found again: $name', async (way) => {
    const visitor = await somebody(way.manner)
    const { page, say } = visitor
    const there = await abandoned(visitor, way.name, way.leave as typeof back)
    // Who left by the provider's own way is told that nothing came of it yet.
    if (way.leave !== back) await page.getByText(say('top-up', 'return.left')).waitFor()
    await page.goto('/')
    await page.getByRole('link', { name: say('portal', 'home.pay_open_go') }).click()
    const { credits, bonus_credits } = await paymentOf(house, visitor)
    await page.getByRole('link', goOn(visitor)).click()
    await isAway(visitor)
    expect(page.url()).toBe(there)
    await way.pay(visitor)
    await isBack(visitor)
    await credited(visitor, credits + bonus_credits)
    await visitor.leave()
  })

  test('who goes on with the first of two orders is shown that one when they return', async () => {
    const visitor = await somebody(DESK)
    const { page } = visitor
    await abandoned(visitor, 'paypal.checkout')
    const first = page.url()
    const { credits } = await paymentOf(house, visitor)
    await abandoned(visitor, 'stripe.checkout')
    await page.goto(first)
    await page.getByRole('link', goOn(visitor)).click()
    await press('Agree and pay')(visitor)
    await isBack(visitor)
    await credited(visitor, credits)
    await visitor.leave()
  })

  test('a card that was kept pays the next time at once', async () => {
    const visitor = await somebody(DESK)
    const { page, say } = visitor
    await choose(visitor, 'stripe.checkout')
    await page.getByLabel(say('top-up', 'way.save_card')).check()
    await order(visitor)
    await press('Pay by card')(visitor)
    await isBack(visitor)
    await page.getByText(say('top-up', 'success.title')).last().waitFor()
    await orderBy(visitor, 'stripe.saved_card')
    await paidShown(visitor)
    await credited(visitor, 2 * (await paymentOf(house, visitor)).credits)
    await visitor.leave()
  })

  test('a wallet is offered to who has enough in it, and pays at once', async () => {
    const visitor = await somebody(PHONE)
    await choose(visitor, 'wechat.native')
    expect(await wayOf(visitor, 'balance.balance').count()).toBe(0)
    const money = { amount: 3_000, source: 'promo', asset: 'cny' }
    const gift = { owner: visitor.person.id, ...money, reason: 'A wallet to try' }
    const given = await house.api('POST', 'credits/grants', gift, `wallet_of_${visitor.person.id}`)
    expect(given.status).toBe(201)
    await orderBy(visitor, 'balance.balance')
    await paidShown(visitor)
    await credited(visitor, (await paymentOf(house, visitor)).credits)
    await visitor.leave()
  })

  test('a code for Alipay that was closed and is paid all the same gives its credits late', async () => {
    const visitor = await somebody(DESK)
    const { page, say } = visitor
    await orderBy(visitor, 'alipay.precreate')
    await codeShown(visitor)
    const payment = await paymentOf(house, visitor)
    await house.pass('31m')
    await page.getByText(say('top-up', 'dialog.closed.hint')).waitFor()
    await alipay?.pay(house.lab, payment)
    await paidShown(visitor)
    await page.getByText(say('top-up', 'success.late')).waitFor()
    await credited(visitor, payment.credits)
    await visitor.leave()
  })

  test('a bank transfer: two of the house say that it has come, and it arrives on the screen', async () => {
    const visitor = await somebody(PHONE)
    const { page, say } = visitor
    await orderBy(visitor, 'offline.bank_transfer')
    await page.getByText(say('top-up', 'dialog.wait.title')).waitFor()
    const { credits, order_id, payment_id } = await paymentOf(house, visitor)
    await page.getByText(numberOf({ payment_id })).first().waitFor()
    const [one, two] = [await staff(), await staff()]
    await one.page.goto(`/console/orders/${order_id}`)
    await one.page.getByRole('button', { name: one.say('console', 'statement.came') }).click()
    const reason = `On the statement for ${payment_id}`
    await propose(one, '2026112100001', reason)
    await approve(two, reason)
    await page.getByText(say('top-up', 'success.title')).last().waitFor()
    await credited(visitor, credits)
    for (const each of [one, two, visitor]) await each.leave()
  })

  test('a transfer back: two of the house say that it has left, and who decides sees how much', async () => {
    const visitor = await somebody(DESK)
    const { page, say } = visitor
    await orderBy(visitor, 'offline.bank_transfer')
    await page.getByText(say('top-up', 'dialog.wait.title')).waitFor()
    const payment = await paymentOf(house, visitor)
    const [one, two] = [await staff(), await staff()]
    await one.page.goto(`/console/orders/${payment.order_id}`)
    await one.page.getByRole('button', { name: one.say('console', 'statement.came') }).click()
    const came = `Came for ${payment.payment_id}`
    await propose(one, '2026112100002', came)
    await approve(two, came)
    await page.getByText(say('top-up', 'success.title')).last().waitFor()
    await house.refund(payment, 1_250, 'The half that was not wanted')
    await one.page.goto(`/console/orders/${payment.order_id}`)
    await one.page.getByRole('button', { name: one.say('console', 'statement.left') }).click()
    const left = `Left for ${payment.payment_id}`
    await propose(one, '2026112100003', left)
    await openProposal(two, left)
    await two.page.getByRole('dialog').getByText('12.50').waitFor()
    await approve(two, left)
    await page.goto('/billing?tab=refunds')
    await seen(visitor, say('billing', 'refund.succeeded'))
    for (const each of [one, two, visitor]) await each.leave()
  })

  test.each([
    ['phone', PHONE],
    ['desk', DESK],
  ])('the cashier of the sandbox is led to by a code, and fits a %s', async (_, manner) => {
    const visitor = await somebody(manner)
    const { page, say, context } = visitor
    await orderBy(visitor, 'sandbox.qr')
    await codeShown(visitor)
    const { credits } = await paymentOf(house, visitor)
    const opened = context.waitForEvent('page')
    await page.getByRole('link', { name: say('top-up', 'dialog.open_cashier') }).click()
    const cashier = await opened
    await cashier.getByRole('button', { name: CASHIER[manner.language].pay }).waitFor()
    expect(await barriers(cashier)).toEqual([])
    const [wide, room] = await cashier.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    expect(wide).toBeLessThanOrEqual(room)
    await payAtCashier({ ...visitor, page: cashier })
    await paidShown(visitor)
    await credited(visitor, credits)
    await visitor.leave()
  })
})
