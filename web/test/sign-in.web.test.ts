import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../tools/chromium.mjs'
import { type House, openHouse } from './house.ts'
import { JOURNEYS } from './manners.ts'

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  test.each(JOURNEYS)('who is not signed in is led to the door: %s', async (_, manner) => {
    const { page, leave } = await house.visit(manner)
    await page.goto('/')
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    expect(page.url()).toContain('/sign-in')
    await leave()
  })
})
