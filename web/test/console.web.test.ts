import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numberOf } from '../../server/test/lab-ways.ts'
import { chromiumPath } from '../../tools/chromium.mjs'
import { approve, approveName, openProposal } from './approve.ts'
import { type House, openHouse } from './house.ts'
import { JOURNEYS } from './manners.ts'
import { complete } from './open.ts'
import { orderByCode, paymentOf, shownBalance, showsBalance } from './top-up.ts'

/** Above what one person of the house may give by hand. */
const LARGE = 50_000

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  describe.each(JOURNEYS)('%s', (_, manner) => {
    test('a wrong payment gives nothing, lands in suspense, and staff see it come', async () => {
      const payer = await house.visit(manner, await house.person('user', manner))
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say } = staff
      await page.goto('/console/suspense')
      await page
        .getByRole('heading', { level: 1, name: say('console', 'suspense.title') })
        .waitFor()
      await complete(staff)
      const rows = page.getByText(say('console', 'why.amount_other')).filter({ visible: true })
      const before = await rows.count()
      await orderByCode(payer)
      const balance = await shownBalance(payer)
      const payment = await paymentOf(house, payer)
      await house.lab.control('wechat', 'pay', { out_trade_no: numberOf(payment), amount: 1 })
      await expect.poll(() => rows.count()).toBe(before + 1)
      expect(await shownBalance(payer)).toBe(balance)
      await staff.leave()
      await payer.leave()
    })

    test('a large gift needs two of the house, and arrives on the screen of who gets it', async () => {
      const person = await house.person('user', manner)
      const owner = await house.visit(manner, person)
      await owner.page.goto('/')
      await complete(owner)
      const before = (await shownBalance(owner)) ?? 0
      const one = await house.visit(manner, await house.person('admin', manner))
      const { say } = one
      const reason = `Thanks to ${person.email}`
      await one.page.goto(`/console/people/${person.id}`)
      const grant = { name: say('console', 'grant.act'), exact: true }
      await one.page.getByRole('button', grant).click()
      const giving = one.page.getByRole('dialog')
      await giving.getByLabel(say('console', 'grant.amount'), { exact: true }).fill(String(LARGE))
      await giving.getByLabel(say('console', 'reason.label')).fill(reason)
      await giving.getByRole('button', grant).click()
      await giving.waitFor({ state: 'hidden' })

      // Who asked may not decide.
      await openProposal(one, reason)
      await one.page.getByText(say('console', 'approvals.own')).waitFor()
      expect(await one.page.getByRole('button', approveName(one)).count()).toBe(0)
      expect(await shownBalance(owner)).toBe(before)

      const two = await house.visit(manner, await house.person('admin', manner))
      await approve(two, reason)
      await showsBalance(owner, before + LARGE)
      for (const visitor of [one, two, owner]) await visitor.leave()
    })
  })
})
