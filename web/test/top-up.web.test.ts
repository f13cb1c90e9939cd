import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PRODUCT } from '../../server/test/lab-shop.ts'
import { waysOf } from '../../server/test/lab-ways.ts'
import { chromiumPath } from '../../tools/chromium.mjs'
import { type House, openHouse } from './house.ts'
import { JOURNEYS } from './manners.ts'
import { complete, open, seen } from './open.ts'
import {
  codeShown,
  order,
  orderByCode,
  paidShown,
  paymentOf,
  shownBalance,
  showsBalance,
} from './top-up.ts'

const [wechat] = waysOf(['wechat'])

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  describe.each(JOURNEYS)('%s', (_, manner) => {
    test('a package has one name, where it is chosen, billed and offered by staff, in the language of now', async () => {
      const person = await house.person('user', manner)
      const { body } = await house.api('GET', 'admin/products')
      const [known] = body.items.filter((one: { product_id: number }) => one.product_id === PRODUCT)
      const [tongue, other] = manner.language === 'en' ? ['en', 'zh'] : ['zh', 'en']
      const name: string = known.terms.name[tongue]
      if (wechat) await house.order(wechat, { external_id: undefined, owner: person.id })
      const visitor = await house.visit(manner, person)
      await open(visitor, '/top-up')
      await seen(visitor, name)
      await open(visitor, '/billing')
      await seen(visitor, name)
      const staff = await house.visit(manner, await house.person('operator', manner))
      await open(staff, '/console/products')
      await seen(staff, name)
      await staff.leave()

      const { page, say } = visitor
      await open(visitor, '/top-up')
      await page
        .getByRole('button', { name: say('shell', 'menu.of', { name: person.name }) })
        .click()
      await page
        .getByText(say('shell', `language.${other === 'en' ? 'en' : 'zh-CN'}`), { exact: true })
        .click()
      await seen(visitor, known.terms.name[other])
      await visitor.leave()
    })

    test('credits arrive live, a charge and a refund move the balance, history tells of all of it', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await orderByCode(visitor)
      // From here on nothing is loaded anew: what changes on the page was pushed.
      await page.evaluate('window.isTheSame = true')
      const first = await shownBalance(visitor)
      const payment = await paymentOf(house, visitor)
      await wechat?.pay(house.lab, payment)
      await paidShown(visitor)
      await page.getByRole('button', { name: say('top-up', 'success.done') }).click()
      const bought = (first ?? 0) + payment.credits + payment.bonus_credits
      await showsBalance(visitor, bought)

      const charged = await house.charge(person, 200, 'Eight seconds of film')
      await showsBalance(visitor, bought - 200)
      await page
        .getByRole('link', { name: say('portal', 'nav.credits') })
        .first()
        .click()
      await page.getByRole('tab', { name: say('credits', 'tab.history') }).click()
      await seen(visitor, 'Eight seconds of film')
      await complete(visitor)

      const staff = await house.visit(manner, await house.person('admin', manner))
      await staff.page.goto(`/console/orders/${payment.order_id}`)
      const refund = { name: say('console', 'refund.act'), exact: true }
      await staff.page.getByRole('button', refund).click()
      const dialog = staff.page.getByRole('dialog')
      await dialog.getByText(say('console', 'refund.cash_back')).waitFor()
      const amount = dialog.getByLabel(say('console', 'refund.amount'))
      await amount.fill('99999')
      await dialog.getByText(say.like('console', 'refund.too_much')).waitFor()
      // What stood there for another amount is nothing to go by.
      await dialog.getByText(say('console', 'refund.cash_back')).waitFor({ state: 'hidden' })
      await amount.fill('30')
      await dialog.getByLabel(say('console', 'refund.allow_debt')).waitFor()
      await dialog.getByRole('button', refund).click()
      await dialog.getByText(say('console', 'refund.debt_missing')).waitFor()
      await amount.fill('')
      await dialog
        .getByLabel(say('console', 'reason.label'))
        .fill('The film was not what they wanted')
      await dialog.getByRole('button', refund).click()
      await dialog.waitFor({ state: 'hidden' })
      await staff.leave()
      await expect.poll(() => shownBalance(visitor)).toBeLessThan(bought - 200)
      // What a refund sets aside, lets go and takes is one line.
      await seen(visitor, say('portal', 'refund.taken'))
      expect(await page.getByText(say('portal', 'entry.frozen')).count()).toBe(0)
      expect(await page.getByText(say('portal', 'entry.thawed')).count()).toBe(0)
      expect(charged).toMatch(/^chg_/)
      expect(await page.evaluate('window.isTheSame')).toBe(true)
      await visitor.leave()
    })

    test('a code that has expired is renewed, and the new one is paid', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await orderByCode(visitor)
      const old = await paymentOf(house, visitor)
      // Whoever looks away and orders the same again is shown the code that is open already.
      await page.keyboard.press('Escape')
      await order(visitor)
      await codeShown(visitor)
      expect((await paymentOf(house, visitor)).payment_id).toBe(old.payment_id)
      await house.pass('3h')
      await page.getByRole('button', { name: say('top-up', 'dialog.expired.new') }).click()
      await codeShown(visitor)
      const fresh = await paymentOf(house, visitor)
      expect(fresh.payment_id).not.toBe(old.payment_id)
      await wechat?.pay(house.lab, fresh)
      await paidShown(visitor)
      await visitor.leave()
    })

    test('the keyboard alone is enough to top up', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await page.goto('/')
      await complete(visitor)
      const until = async (isThere: string) => {
        for (let step = 0; step < 80; step++) {
          await page.keyboard.press('Tab')
          if (await page.evaluate<boolean>(isThere)) return
        }
        throw new Error(`no key leads to ${isThere}`)
      }
      const on = (what: string) => `document.activeElement?.matches(${JSON.stringify(what)})`
      const named = (name: string) =>
        `document.activeElement?.textContent.trim() === ${JSON.stringify(name)}`
      await until(named(say('portal', 'nav.top_up')))
      await page.keyboard.press('Enter')
      await page.waitForURL(/top-up/)
      await page.getByRole('group', { name: say('top-up', 'packages') }).waitFor()
      if (manner.language === 'en') {
        await until(on('input[value="USD"], input[value="CNY"]'))
        await page.keyboard.press('ArrowRight')
        await expect.poll(() => page.getByRole('radio', { name: 'CNY' }).isChecked()).toBe(true)
      }
      await until(on('input[type="radio"][value="1"]'))
      await page.keyboard.press('ArrowDown')
      const way = page.getByRole('radio', { name: say('top-up', 'way.wechat.native') })
      await way.waitFor()
      await until(
        on('input[type="radio"][value="wechat.native"], input[type="radio"][value="wechat.h5"]'),
      )
      for (let step = 0; step < 10 && !(await way.isChecked()); step++)
        await page.keyboard.press(step === 0 ? 'Space' : 'ArrowDown')
      await until(
        on('button[type="submit"], button') +
          ` && /${say.like('top-up', 'pay').source}/.test(document.activeElement.textContent)`,
      )
      await page.keyboard.press('Enter')
      await codeShown(visitor)
      await wechat?.pay(house.lab, await paymentOf(house, visitor))
      await paidShown(visitor)
      await until(named(say('top-up', 'success.done')))
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await visitor.leave()
    })
  })
})
