import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../tools/chromium.mjs'
import { type House, openHouse } from './house.ts'
import { JOURNEYS } from './manners.ts'
import { open, seen } from './open.ts'

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  describe.each(JOURNEYS)('%s', (_, manner) => {
    test('a price is typed as people write it and kept in minor units; who may only read finds it as text', async () => {
      const terms = {
        name: { zh: 'Heron', en: 'Heron' },
        prices: [{ currency: 'CNY', amount: 600 }],
        // Other journeys buy what stands first on the shelf.
        ...{ credits: 100, sort: 99 },
      }
      const made = await house.api('POST', 'admin/products', {
        ...{ product_type: 'recharge', terms, reason: 'For a test of the pages' },
      })
      const path = `admin/products/${made.body.product_id}/versions`
      const staff = await house.visit(manner, await house.person('operator', manner))
      const { page, say } = staff
      await open(staff, `/console/products/${made.body.product_id}`)
      const price = page.getByLabel(say('console', 'products.prices'), { exact: true })
      const review = page.getByRole('button', { name: say('console', 'products.review') })
      const dialog = page.getByRole('dialog')
      expect(await price.inputValue()).toBe('6.00')
      const currency = page.getByLabel(say('console', 'products.currency'), { exact: true })
      for (const [into, typed, kept] of [
        ['JPY', '900', '6'],
        ['CNY', '9.90', '900.00'],
        ['JPY', '1,250', ''],
        ['CNY', '', ''],
      ] as const) {
        await currency.selectOption(into)
        expect(await price.inputValue()).toBe(kept)
        await price.fill('')
        await price.pressSequentially(typed)
      }
      await review.click()
      expect(await page.getByRole('dialog').count()).toBe(0)
      await price.fill('0')
      await seen(staff, say('kit', 'money.low', { least: '0.01' }))
      await page.getByLabel(say('console', 'channel.sandbox'), { exact: true }).check()
      await price.fill('9.905')
      await review.click()
      await seen(staff, say('kit', 'money.decimals', { currency: 'CNY', digits: 2 }))
      expect(await dialog.count()).toBe(0)
      await price.fill('9.90')
      await review.click()
      await dialog
        .getByText(say('console', 'products.publish_title', { name: 'Heron', n: 2 }))
        .waitFor()
      await dialog.getByLabel(say('console', 'reason.label')).fill('Dearer')
      await dialog.getByRole('button', { name: say('console', 'products.publish') }).click()
      await dialog.waitFor({ state: 'hidden' })
      const { body } = await house.api('GET', path)
      expect(body.items[0].terms).toMatchObject({
        prices: [{ currency: 'CNY', amount: 990 }],
        channels: ['sandbox'],
      })
      await staff.leave()

      const reader = await house.visit(manner, await house.person('auditor', manner))
      await open(reader, `/console/products/${made.body.product_id}`)
      await seen(reader, '¥9.90')
      expect(await reader.page.locator('main :is(input, select, textarea)').count()).toBe(0)
      await reader.leave()
    })

    test('a new month card is what its form shows, has no price but a written one, and leaves no card in another type', async () => {
      const staff = await house.visit(manner, await house.person('operator', manner))
      const { page, say } = staff
      const word = (key: 'name_zh' | 'name_en' | 'type' | 'sort' | 'credits' | 'prices') =>
        page.getByLabel(say('console', `products.${key}`), { exact: true })
      const publish = async (type: string, name: string): Promise<unknown> => {
        await open(staff, '/console/products/new')
        await word('type').selectOption('month_card')
        if (type !== 'month_card') await word('type').selectOption(type)
        await word('name_zh').fill(name)
        await word('name_en').fill(name)
        await word('credits').fill('5')
        await word('sort').fill('99')
        const review = page.getByRole('button', { name: say('console', 'products.review') })
        const dialog = page.getByRole('dialog')
        await review.click()
        expect(await dialog.count()).toBe(0)
        await word('prices').fill('29')
        await review.click()
        await dialog.getByLabel(say('console', 'reason.label')).fill('New on the shelf')
        await dialog.getByRole('button', { name: say('console', 'products.publish') }).click()
        await page.waitForURL(/products\/\d+$/)
        const id = page.url().split('/').at(-1)
        const { body } = await house.api('GET', `admin/products/${id}/versions`)
        expect(body.items[0].terms.prices).toEqual([{ currency: 'CNY', amount: 2_900 }])
        return body.items[0].terms.month_card
      }
      expect(await publish('month_card', 'Heron card')).toEqual({ days: 30, daily_credits: 30 })
      expect(await publish('bundle', 'Heron bundle')).toBeNull()
      await staff.leave()
    })

    test('a channel that is unticked and ticked again is no change of a product', async () => {
      const terms = {
        name: { zh: 'Egret', en: 'Egret' },
        prices: [{ currency: 'CNY', amount: 600 }],
        ...{ credits: 100, sort: 99, channels: ['wechat', 'sandbox', 'alipay'] },
      }
      const made = await house.api('POST', 'admin/products', {
        ...{ product_type: 'recharge', terms, reason: 'For a test of the pages' },
      })
      const staff = await house.visit(manner, await house.person('operator', manner))
      const { page, say } = staff
      await open(staff, `/console/products/${made.body.product_id}`)
      for (const key of ['channel.wechat', 'channel.sandbox', 'channel.alipay']) {
        const box = page.getByLabel(say('console', key), { exact: true })
        await box.uncheck()
        await seen(staff, say('console', 'products.changes', { n: 1 }))
        await box.check()
        await seen(staff, say('console', 'products.changes', { n: 0 }))
      }
      await staff.leave()
    })
  })
})
