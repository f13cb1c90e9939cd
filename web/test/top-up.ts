import { expect } from 'vitest'
import type { Payment } from '../../server/test/lab-ways.ts'
import type { Visitor } from './browser.ts'
import type { House } from './house.ts'
import { isSaid } from './open.ts'

/** Of the preset, in yuan, as WeChat takes nothing else. */
const PRODUCT = 2

/** Chooses a package and WeChat, and comes to the code. */
export async function orderByCode(visitor: Visitor): Promise<void> {
  await orderBy(visitor, 'wechat.native')
  await codeShown(visitor)
}

/** Chooses a package and a way to pay it, in a currency that the way takes. */
export async function choose({ page, say }: Visitor, way: string): Promise<void> {
  await page.goto('/top-up')
  const currency = /^(?:stripe|paypal)/.test(way) ? 'USD' : 'CNY'
  await page.getByText(currency, { exact: true }).click()
  const packages = page.getByRole('group', { name: say('top-up', 'packages') })
  await packages
    .getByRole('radio')
    .nth(PRODUCT - 1)
    .check()
  await wayOf({ page }, way).check()
}

/** By its value: the name of one is the beginning of another's. */
export const wayOf = ({ page }: Pick<Visitor, 'page'>, way: string) =>
  page.locator(`input[type="radio"][value="${way}"]`)

/** Chooses, and orders. */
export async function orderBy(visitor: Visitor, way: string): Promise<void> {
  await choose(visitor, way)
  await order(visitor, /saved_card|balance/.test(way) ? 'pay.at_once' : 'pay')
}

export const order = ({ page, say }: Visitor, word = 'pay'): Promise<void> =>
  page.getByRole('button', { name: say.like('top-up', word) }).click()

export async function codeShown({ page, say }: Pick<Visitor, 'page' | 'say'>): Promise<void> {
  await page.getByRole('img', { name: say.like('top-up', 'dialog.qr') }).waitFor()
  await isSaid({ page })
}

/** The payment that the page is about: it stands in the address. */
export async function paymentOf(house: House, { page }: Visitor): Promise<Payment> {
  const id = new URL(page.url()).searchParams.get('payment')
  if (id === null) throw new Error(`no payment in ${page.url()}`)
  return house.payment(id)
}

/** What the page says is available; undefined while it says nothing. */
export async function shownBalance({ page, say }: Visitor): Promise<number | undefined> {
  // By its label and not by its role: under a dialog nobody can go to it, but it is still to be seen.
  const chip = page.getByLabel(say('portal', 'balance.label'))
  const figures = (await chip.first().textContent())?.replaceAll(/[^\d-]/g, '')
  return figures ? Number(figures) : undefined
}

export const showsBalance = (visitor: Visitor, amount: number): Promise<void> =>
  expect.poll(() => shownBalance(visitor)).toBe(amount)

/** Said once to who listens, and written for who looks. */
export const paidShown = ({ page, say }: Visitor): Promise<void> =>
  page.getByRole('dialog').getByText(say('top-up', 'success.title')).last().waitFor()
