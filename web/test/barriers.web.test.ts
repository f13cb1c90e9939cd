import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../tools/chromium.mjs'
import { barriers, isGrave } from './axe.ts'
import { type House, openHouse } from './house.ts'
import { ALL } from './manners.ts'
import { open } from './open.ts'
import { addressOf, type Crowd, crowd, SIGHTS } from './sights.ts'

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  // These two have both themes, both sizes and both languages between them; the journeys go by more.
  const TWO = ALL.filter(([name]) => ['en phone dark', 'zh-CN desk light'].includes(name))
  describe.each(TWO)('%s', (_, manner) => {
    let people: Crowd
    beforeAll(async () => {
      people = await crowd(house, manner)
    })
    test.each(SIGHTS)(
      'axe finds nothing grave, nothing is wider than the window: $path',
      async ({ path, who }) => {
        const visitor = await house.visit(manner, people[who])
        await open(visitor, addressOf(path))
        expect(await visitor.page.locator('html').getAttribute('lang')).toBe(manner.language)
        const found = await barriers(visitor.page)
        if (found.length > 0) console.log(`${path}\n${found.join('\n')}`)
        expect(found.filter(isGrave)).toEqual([])
        const [wide, room] = await visitor.page.evaluate<[number, number]>(
          '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
        )
        expect(wide).toBeLessThanOrEqual(room)
        await visitor.leave()
      },
    )
  })
})
