import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../tools/chromium.mjs'
import type { Visitor } from './browser.ts'
import { type House, openHouse } from './house.ts'
import type { Manner } from './manners.ts'
import { complete, open } from './open.ts'
import { showsBalance } from './top-up.ts'

const DESK: Manner = { language: 'en', size: 'desk', theme: 'light' }
const PHONE: Manner = { language: 'zh-CN', size: 'phone', theme: 'dark' }
const STREAM = '**/api/v1/events/stream*'
const API = '**/api/v1/**'

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  /** Streams that are open, and that ever were. */
  const push = async () => (await house.api('GET', 'admin/push')).body
  const streams = async () => {
    const { sse, opened } = await push()
    return { open: Number(sse), ever: Number(opened) }
  }
  const somebody = async (manner: Manner, amount: number) => {
    const person = await house.person('user', manner)
    await house.grant(person, amount)
    return Object.assign(await house.visit(manner, person), { person })
  }
  const tab = async (visitor: Visitor): Promise<Visitor> => {
    const page = await visitor.context.newPage()
    return { ...visitor, page }
  }
  /** As where the way to the server is cut: what was open ends, and what is asked gets no answer. */
  const cut = async (context: BrowserContext, what: string | RegExp) => {
    await context.route(what, (route) => route.abort('connectionreset'))
    house.node.http.server.closeAllConnections()
  }
  /** Holds what waits for it. */
  const gate = () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    return { opened, open }
  }
  const mark = (page: Page) => page.evaluate('window.isTheSame = true')
  const isTheSame = (page: Page) => page.evaluate<boolean>('window.isTheSame === true')

  test.each([
    ['shown already', false],
    ['still on its way', true],
  ])(
    'what happens before the stream is open is not lost: the first balance is %s',
    async (_, isLate) => {
      const visitor = await somebody(DESK, 1_000)
      const { page, context, person } = visitor
      const [stream, answer, balance] = [gate(), gate(), gate()]
      await context.route(STREAM, async (route) => {
        await stream.opened
        await route.continue()
      })
      if (isLate)
        await page.route('**/api/v1/credits/balance*', async (route) => {
          const response = await route.fetch()
          answer.open()
          await balance.opened
          await route.fulfill({ response })
        })
      const before = await streams()
      await page.goto('/')
      if (isLate) await answer.opened
      else await showsBalance(visitor, 1_000)
      const { position } = await push()
      await house.charge(person, 50, 'While nobody listens yet')
      await expect.poll(async () => (await push()).position).toBeGreaterThan(position)
      stream.open()
      await expect.poll(streams).toEqual({ open: before.open + 1, ever: before.ever + 1 })
      balance.open()
      await showsBalance(visitor, 950)
      await visitor.leave()
    },
  )

  test('all tabs of a browser share one stream, and the next one takes it over', async () => {
    const one = await somebody(DESK, 1_000)
    const before = await streams()
    const [two, three] = [await tab(one), await tab(one)]
    for (const each of [one, two, three]) {
      await open(each, '/')
      await showsBalance(each, 1_000)
    }
    await expect.poll(streams).toEqual({ open: before.open + 1, ever: before.ever + 1 })
    await house.charge(one.person, 100, 'Seen in three tabs')
    for (const each of [one, two, three]) await showsBalance(each, 900)
    expect(await streams()).toEqual({ open: before.open + 1, ever: before.ever + 1 })

    // What happens while nobody leads is not lost to those who stay.
    const held = gate()
    await one.context.route(STREAM, async (route) => {
      await held.opened
      await route.continue()
    })
    const asked = one.context.waitForEvent('request', (request) => /stream/.test(request.url()))
    await one.page.close()
    await asked
    await expect.poll(streams).toMatchObject({ open: before.open })
    const { position } = await push()
    await house.charge(one.person, 50, 'While nobody listens')
    await expect.poll(async () => (await push()).position).toBeGreaterThan(position)
    held.open()
    for (const each of [two, three]) await showsBalance(each, 850)
    await house.charge(one.person, 50, 'Seen in two tabs')
    for (const each of [two, three]) await showsBalance(each, 800)
    expect(await streams()).toEqual({ open: before.open + 1, ever: before.ever + 2 })
    await one.leave()
  })

  test('signed out in one tab, the others ask who one is', async () => {
    const one = await somebody(DESK, 10)
    const { say } = one
    const [two, three] = [await tab(one), await tab(one)]
    for (const each of [one, two, three]) await open(each, '/')
    await two.page.getByRole('button', { name: say.like('shell', 'menu.of') }).click()
    await two.page.getByRole('menuitem', { name: say('shell', 'menu.sign_out') }).click()
    for (const { page } of [two, one, three]) {
      await page.waitForURL(/\/sign-in/)
      await page.getByRole('heading', { level: 1, name: say('sign-in', 'in.title') }).waitFor()
      expect(await page.getByText(say('sign-in', 'in.ended')).count()).toBe(0)
    }
    await one.leave()
  })

  test.each([
    ['portal', '/credits?tab=history', 'user', PHONE],
    ['console', '/console/orders', 'admin', DESK],
  ] as const)(
    'signed out elsewhere, one is led out of the %s once, told so, and comes back by signing in',
    async (_, path, role, manner) => {
      const person = await house.person(role, manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await open(visitor, path)
      const doors: string[] = []
      page.on('framenavigated', (frame) => doors.push(frame.url()))
      const elsewhere = await house.visit(manner, person)
      const headers = { origin: house.url }
      const ended = await elsewhere.context.request.post('/api/v1/auth/sessions/end-others', {
        headers,
      })
      expect(ended.ok()).toBe(true)
      await page.waitForURL(/\/sign-in/)
      await page.getByText(say('sign-in', 'in.ended')).waitFor()
      expect(new Set(doors).size).toBe(1)
      const { searchParams } = new URL(page.url())
      expect(searchParams.get('return_to')).toBe(path)
      await page.getByLabel(say('sign-in', 'email.label'), { exact: true }).fill(person.email)
      await page.getByLabel(say('sign-in', 'password.label'), { exact: true }).fill(person.password)
      await page.getByRole('button', { name: say('sign-in', 'in.act'), exact: true }).click()
      await page.waitForURL(path)
      await elsewhere.leave()
      await visitor.leave()
    },
  )

  test.each([
    ['the stream alone is cut: the page says that it may be old, and asks', STREAM],
    ['the server is away: the page keeps what it has, and is right when that is back', API],
  ])('%s', async (_, what) => {
    const visitor = await somebody(PHONE, 1_000)
    const { page, say, context, person } = visitor
    await open(visitor, '/')
    await showsBalance(visitor, 1_000)
    await house.charge(person, 1, 'The stream is there')
    await showsBalance(visitor, 999)
    await mark(page)
    await cut(context, what)
    const strip = page.getByText(say('shell', 'strip.reconnecting'))
    await strip.waitFor()
    await house.charge(person, 99, 'While the line is down')
    if (what === STREAM) await showsBalance(visitor, 900)
    await context.unroute(what)
    await strip.waitFor({ state: 'hidden' })
    await showsBalance(visitor, 900)
    const { ever } = await streams()
    await house.charge(person, 100, 'The stream is back')
    await showsBalance(visitor, 800)
    expect((await streams()).ever).toBe(ever)
    expect(await isTheSame(page)).toBe(true)
    await visitor.leave()
  })

  test('a page that could not be read while the server was away is read by itself when that is back', async () => {
    const visitor = await somebody(PHONE, 1_000)
    const { page, say, context, person } = visitor
    await open(visitor, '/')
    await house.charge(person, 1, 'The stream is there')
    await showsBalance(visitor, 999)
    await mark(page)
    await cut(context, API)
    await page.getByText(say('shell', 'strip.reconnecting')).waitFor()
    await page.getByRole('link', { name: say('portal', 'nav.billing') }).click()
    await page.getByRole('tab', { name: say('billing', 'tab.refunds') }).click()
    const problem = page.getByText(say('kit', 'problem.unreachable'))
    await problem.waitFor()
    await context.unroute(API)
    await page.getByText(say('billing', 'refunds.empty'), { exact: true }).waitFor()
    expect(await problem.count()).toBe(0)
    expect(await isTheSame(page)).toBe(true)
    await visitor.leave()
  })

  test.each([
    ['by itself', true],
    ['when it is tried again', false],
  ])(
    'a page never opened before, while the server is away, keeps the frame and says so, and opens %s when that is back',
    async (_, bySelf) => {
      for (const [area, start, to, manner] of [
        ['portal', '/', 'billing', PHONE],
        ['console', '/console', 'orders', DESK],
      ] as const) {
        const person = await house.person('admin', manner)
        const visitor = await house.visit(manner, person)
        const { page, say, context } = visitor
        await open(visitor, start)
        await mark(page)
        // Where the page is not to open by itself, the stream stays as it is, and tells of nothing.
        await cut(context, bySelf ? '**/*' : /^(?!.*stream)/)
        const link = page.getByRole('link', { name: say(area, `nav.${to}`), exact: true })
        await link.click()
        await page.getByText(say('kit', 'problem.unreachable')).waitFor()
        expect(await link.isVisible()).toBe(true)
        await context.unrouteAll()
        if (!bySelf) await page.getByRole('button', { name: say('kit', 'problem.retry') }).click()
        await page.getByRole('heading', { level: 1, name: say(area, `nav.${to}`) }).waitFor()
        expect(await isTheSame(page)).toBe(true)
        await visitor.leave()
      }
    },
  )

  test('a page whose file is gone, as a newer version is out, is opened in that version', async () => {
    const visitor = await somebody(DESK, 1_000)
    const { page, say, context } = visitor
    await open(visitor, '/')
    await mark(page)
    let isOld = true
    await context.route('**/*', (route) => {
      const request = route.request()
      if (request.isNavigationRequest()) isOld = false
      return isOld && request.url().includes('/static/')
        ? route.fulfill({ status: 404 })
        : route.continue()
    })
    await page.getByRole('link', { name: say('portal', 'nav.billing'), exact: true }).click()
    await page.getByRole('heading', { level: 1, name: say('billing', 'title') }).waitFor()
    expect(await isTheSame(page)).toBe(false)
    await visitor.leave()
  })

  test('a page whose file is missing in every version says so, and the window is not loaded anew for ever', async () => {
    const visitor = await somebody(DESK, 1_000)
    const { page, say, context } = visitor
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(request.url()))
    await open(visitor, '/')
    const there = new Set(asked)
    let loaded = 0
    await context.route('**/*', (route) => {
      const request = route.request()
      if (request.isNavigationRequest()) loaded += 1
      const isFile = request.url().includes('/static/')
      return isFile && !there.has(request.url()) ? route.fulfill({ status: 404 }) : route.continue()
    })
    await page.getByRole('link', { name: say('portal', 'nav.billing'), exact: true }).click()
    await page.getByText(say('kit', 'problem.page')).waitFor()
    expect(loaded).toBe(1)
    await context.close()
  })

  test('the menu of the console opens though the server went away before anybody had opened it', async () => {
    const phone = { ...PHONE, language: 'en' } as const
    const staff = await house.visit(phone, await house.person('admin', phone))
    const { page, say, context } = staff
    const fetched = page.waitForResponse(/navigation-sheet/)
    await open(staff, '/console')
    await (await fetched).finished()
    await cut(context, '**')
    await page.getByRole('button', { name: say('console', 'nav.open') }).click()
    await page.getByRole('link', { name: say('console', 'nav.audit'), exact: true }).waitFor()
    await staff.leave()
  })

  test('wherever the clock of the house was moved, pages count from there', async () => {
    const visitor = await somebody(DESK, 1_000)
    const { page, person } = visitor
    await open(visitor, '/')
    await house.charge(person, 10, 'A film of before')
    const aside = (of: Page, text: string) =>
      of
        .locator('li, tr')
        .filter({ hasText: text })
        .filter({ visible: true })
        .first()
        .locator('time')
        .first()
        .textContent()
    await expect.poll(() => aside(page, 'A film of before')).toMatch(/second|now/)
    await house.pass('73h')
    await house.charge(person, 10, 'A film of now')
    await expect.poll(() => aside(page, 'A film of now')).toMatch(/second|now/)
    expect(await aside(page, 'A film of before')).toBe('3 days ago')

    const staff = await house.visit(DESK, await house.person('admin', DESK))
    await open(staff, `/console/people/${person.id}`)
    await complete(staff)
    await expect.poll(() => aside(staff.page, 'A film of now')).toMatch(/second|now/)
    expect(await aside(staff.page, 'A film of before')).toBe('3 days ago')
    await staff.leave()
    await visitor.leave()
  })
})
