import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCREENS, type Visitor } from './browser.ts'
import { type House, openHouse } from './house.ts'
import { ALL, type Manner, SIZES } from './manners.ts'
import { complete } from './open.ts'
import { addressOf, type Crowd, crowd, SIGHTS, type Sight } from './sights.ts'

// npm run shots: a picture of every page, in each language, theme, size and state, to be looked at by people.

const STATES = ['there', 'empty', 'loading', 'failing'] as const
type State = (typeof STATES)[number]

let house: House
let people: Crowd
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house?.close())

/** What the page asks for comes never, is refused, or has nothing in it. */
async function spoil({ page }: Visitor, state: State, asks: RegExp): Promise<void> {
  const problem = {
    code: 'internal',
    status: 500,
    detail: 'Something broke on our side.',
    request_id: 'req_of_the_picture',
  }
  if (state === 'loading') await page.route(asks, () => {})
  if (state === 'empty')
    await page.route(asks, async (route) => {
      const answer = await route.fetch()
      const json = (await answer.json()) as Readonly<Record<string, unknown>>
      const emptied = 'items' in json ? { ...json, items: [], next_cursor: null } : json
      await route.fulfill({ response: answer, json: emptied })
    })
  if (state === 'failing')
    await page.route(asks, (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', json: problem }),
    )
}

const statesOf = ({ asks }: Sight): readonly State[] =>
  STATES.filter((state) => state === 'there' || asks !== undefined)

async function shoot(sight: Sight, state: State, manner: Manner): Promise<void> {
  const isNew = state === 'empty' && sight.who === 'regular'
  const visitor = await house.visit(manner, people[isNew ? 'newcomer' : sight.who])
  const { page } = visitor
  // Somebody new has nothing yet; of the house there is always something, which has to be left out.
  if (sight.asks && !isNew) await spoil(visitor, state, sight.asks)
  await page.goto(addressOf(sight.path))
  if (state === 'loading') {
    await page.waitForSelector('[aria-busy="true"]').catch(() => undefined)
    // Each block shows its skeleton only after a moment, and some come later than others.
    await expect.poll(() => page.locator('[aria-busy="true"].invisible').count()).toBe(0)
  } else {
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await complete(visitor)
  }
  const name = sight.path.replaceAll(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'
  const { language, theme, size } = manner
  // What stays at the edge of the window would lie across the middle of a picture of the whole page.
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ width: SIZES[size].width, height })
  const path = join(SCREENS, `${name}.${state}.${size}.${theme}.${language}.png`)
  // What has just come into sight is painted with the frame after the next.
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  )
  await page.screenshot({ path, fullPage: true, animations: 'disabled' })
  // An answer that is still on its way would find nobody.
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await visitor.context.close()
}

describe.each(ALL)('%s', (_, manner) => {
  mkdirSync(SCREENS, { recursive: true })
  beforeAll(async () => {
    people = await crowd(house, manner)
  })
  const all = SIGHTS.flatMap((sight) =>
    statesOf(sight).map((state) => ({ sight, state, path: sight.path })),
  )
  test.each(all)('$path $state', ({ sight, state }) => shoot(sight, state, manner))
})
