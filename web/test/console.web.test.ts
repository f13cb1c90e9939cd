import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numberOf } from '../../server/test/lab-ways.ts'
import { newKey } from '../../server/test/till.ts'
import { chromiumPath } from '../../tools/chromium.mjs'
import { approve, approveName, openProposal } from './approve.ts'
import type { Visitor } from './browser.ts'
import { type House, openHouse } from './house.ts'
import { JOURNEYS, type Manner } from './manners.ts'
import { complete, open, seen } from './open.ts'
import { paidByCard } from './paid-by-card.ts'
import { listOf } from './sources.ts'
import { orderByCode, paymentOf, shownBalance, showsBalance } from './top-up.ts'

/** Above what one person of the house may give by hand. */
const LARGE = 50_000

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  test('times and days of staff go by the clock of their own place, not of the browser', async () => {
    const timeZone = 'Pacific/Kiritimati'
    const manner: Manner = { language: 'en', size: 'desk', theme: 'light' }
    const staff = await house.visit(manner, await house.person('admin', manner))
    const { page, say } = staff
    const mine = { data: { time_zone: timeZone }, headers: { origin: house.url } }
    expect((await staff.context.request.patch('/api/v1/sessions/me', mine)).status()).toBe(200)
    await open(staff, '/console/audit')
    const shown = page.locator('time').first()
    const at = new Date((await shown.getAttribute('datetime')) ?? '')
    const there = new Intl.DateTimeFormat(manner.language, {
      ...{ dateStyle: 'medium', timeStyle: 'long', timeZone },
    })
    const plain = (text: string | null) => text?.replaceAll(/\s/g, ' ')
    expect(plain(await shown.getAttribute('title'))).toBe(plain(there.format(at)))

    await seen(staff, say('kit', 'times.zone', { zone: timeZone, offset: 'UTC+14' }))

    const asked = page.waitForRequest((request) => /admin\/audit\?.*from=/.test(request.url()))
    for (const name of ['from', 'to'])
      await page.getByLabel(say('console', `period.${name}`), { exact: true }).fill('2026-02-10')
    await page.getByRole('button', { name: say('console', 'audit.filter') }).click()
    const filter = new URL((await asked).url()).searchParams
    expect([filter.get('from'), filter.get('to')]).toEqual([
      ...['2026-02-09T10:00:00.000Z', '2026-02-10T10:00:00.000Z'],
    ])
    await staff.leave()
  })

  test('each queue of background work has a name in words', async () => {
    const { body } = await house.api('GET', 'admin/jobs')
    const names = (body.items as readonly { readonly name: string }[]).map(({ name }) => name)
    expect(names.length).toBeGreaterThan(0)
    const terms = await listOf('console', 'zh')
    expect(names.filter((name) => !(`job.${name}` in terms))).toEqual([])
  })

  describe.each(JOURNEYS)('%s', (_, manner) => {
    test('somebody is made staff, capped, shut out and let in again', async () => {
      const person = await house.person('user', manner)
      await house.grant(person, 100)
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say } = staff
      const dialog = page.getByRole('dialog')
      const button = (word: string) => ({
        ...{ name: say('console', word), exact: true },
      })
      const act = async (word: string, reason?: string) => {
        if (reason !== undefined)
          await dialog.getByLabel(say('console', 'reason.label')).fill(reason)
        await dialog.getByRole('button', button(word)).click()
        await dialog.waitFor({ state: 'hidden' })
      }
      const knock = async () => {
        const { email, password } = person
        const reply = await fetch(`${house.url}/api/v1/auth/sign-in/email`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email, password }),
        })
        return reply.status
      }
      await page.goto(`/console/people/${person.id}?tab=profile`)
      await page.getByRole('button', button('roles.act')).click()
      await dialog.getByLabel(say('console', 'role.support'), { exact: true }).check()
      await act('roles.act', 'Joins the team')
      await seen(staff, say('console', 'role.support'))
      const { body } = await house.api('GET', `admin/users/${person.id}`)
      expect(body.roles).toEqual(['support', 'user'])

      // What was told of the act before does not lie over the acts of the next.
      const told = page.getByRole('region', {
        name: say('kit', 'toast.region'),
        includeHidden: true,
      })
      await told.getByText(say('console', 'act.done')).waitFor()
      await page.getByRole('button', button('ban.act')).click()
      await dialog.waitFor()
      expect(await told.textContent()).toBe('')
      await act('ban.act', 'Cheated')
      await seen(staff, say('console', 'profile.closed'))
      expect(await knock()).toBe(403)
      await page.getByRole('button', button('unban.act')).click()
      await act('unban.act')
      await page.getByRole('button', button('ban.act')).waitFor()
      expect(await knock()).toBe(200)

      await page.goto(`/console/people/${person.id}?tab=balances`)
      await page.getByRole('button', button('caps.act')).click()
      await dialog.getByLabel(say('console', 'caps.day'), { exact: true }).fill('10')
      await act('caps.save', 'Asked for it')
      await seen(staff, say('console', 'caps.by_staff'))
      const charge = { owner: person.id, amount: 11 }
      const { body: no } = await house.api('POST', 'credits/charge', charge, newKey())
      expect(no.code).toBe('spend_cap_reached')
      await staff.leave()
    })

    test('what is told at the bottom covers no place to go and, at the end of a page, no act', async () => {
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say } = staff
      await open(staff, '/settings')
      await page.getByLabel(say('settings', 'profile.name'), { exact: true }).fill('Heron')
      await page.getByRole('button', { name: say('settings', 'save'), exact: true }).click()
      await isFree(staff, say('settings', 'saved'))
      await staff.leave()
    })

    test('what goes wrong in the lab is switched on and off, and messages are of one provider', async () => {
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say } = staff
      await page.goto('/console/lab')
      await page
        .getByLabel(say('console', 'lab.provider'), { exact: true })
        .selectOption('stripe / main')
      await page.getByLabel(say('console', 'lab.fault'), { exact: true }).selectOption('busy')
      await page.getByText(say('console', 'lab.times'), { exact: true }).click()
      await page.getByLabel(say('console', 'lab.times_n'), { exact: true }).fill('3')
      await page.getByRole('button', { name: say('console', 'lab.add'), exact: true }).click()
      await page.getByRole('button', { name: say('console', 'lab.clear') }).waitFor()
      expect(house.lab.faults()).toEqual([{ fault: 'busy', provider: 'stripe', times: 3 }])
      await page.getByRole('button', { name: say('console', 'lab.clear') }).click()
      await isFree(staff, say('console', 'lab.cleared'))
      expect(house.lab.faults()).toEqual([])

      await page.goto('/console/inbox')
      const channel = page.getByLabel(say('console', 'orders.channel'), { exact: true })
      await channel.selectOption('stripe')
      await page.waitForURL(/channel=stripe/)
      await page.reload()
      await complete(staff)
      expect(await channel.inputValue()).toBe('stripe')
      await staff.leave()
    })

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

    test('who sends suspended money back reads for whose order and by which way it goes', async () => {
      const person = await house.person('user', manner)
      const payer = await house.visit(manner, person)
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say } = staff
      await orderByCode(payer)
      const payment = await paymentOf(house, payer)
      await house.lab.control('wechat', 'pay', { out_trade_no: numberOf(payment), amount: 1 })
      const find = async () => {
        const { body } = await house.api('GET', 'admin/payments/suspense')
        const items = body.items as readonly { readonly owner: string; readonly txn: string }[]
        return items.find(({ owner }) => owner === person.id)
      }
      await expect.poll(find).toBeDefined()
      await open(staff, '/console/suspense')
      const act = { name: say('console', 'suspense.return'), exact: true }
      await page
        .getByRole(manner.size === 'phone' ? 'listitem' : 'row')
        .filter({ hasText: person.name })
        .getByRole('button', act)
        .click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(say('console', 'reason.label')).fill('Paid too little')
      const typed = (await find())?.txn.slice(-4) ?? ''
      await dialog.getByLabel(say('kit', 'dialog.type_to_confirm', { text: typed })).fill(typed)
      await dialog.getByRole('button', act).click()
      const [name, channel] = [person.name, say('console', 'channel.wechat')]
      const told = page.getByRole('region', { name: say('kit', 'toast.region') })
      await told.getByText(name).filter({ hasText: channel }).waitFor()
      await staff.leave()
      await payer.leave()
    })

    test('a dispute waits on the overview as soon as it opens, leads to its order, and waits no more when it ends', async () => {
      const { payment, dispute } = await paidByCard(house)
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say } = staff
      await open(staff, '/console')
      const line = page.getByRole('link').filter({ hasText: say('console', 'waiting.disputes') })
      const waiting = async () => Number.parseInt((await line.textContent()) ?? '', 10)
      const before = await waiting()
      const end = await dispute()
      await expect.poll(waiting).toBe(before + 1)
      await line.click()
      await page.waitForURL(/\/console\/disputes\?state=opened/)
      const order = page.locator(`a[href$="/${payment.order_id}"]`).filter({ visible: true })
      await order.waitFor()
      await end('won')
      await order.waitFor({ state: 'hidden' })
      await page
        .getByLabel(say('console', 'orders.status'), { exact: true })
        .selectOption({ label: say('console', 'state.won') })
      await order.click()
      await page.waitForURL(`**/console/orders/${payment.order_id}`)
      await open(staff, '/console')
      expect(await waiting()).toBe(before)
      await staff.leave()
    })

    test('when no answer to a gift comes, the same is asked again, and it is given once', async () => {
      const person = await house.person('user', manner)
      const staff = await house.visit(manner, await house.person('admin', manner))
      const { page, say, context } = staff
      await page.goto(`/console/people/${person.id}`)
      const grant = { name: say('console', 'grant.act'), exact: true }
      await page.getByRole('button', grant).click()
      const dialog = page.getByRole('dialog')
      const amount = dialog.getByLabel(say('console', 'grant.amount'), { exact: true })
      await amount.fill('70')
      await dialog.getByLabel(say('console', 'reason.label')).fill('A small thank you')
      const grants = '**/api/v1/credits/grants'
      await context.route(grants, async (route) => {
        await route.fetch()
        await route.abort('connectionreset')
      })
      await dialog.getByRole('button', grant).click()
      await dialog.getByText(say('kit', 'problem.unknown'), { exact: true }).waitFor()
      // Another amount would be another gift.
      expect(await amount.isDisabled()).toBe(true)
      await context.unroute(grants)
      await dialog.getByRole('button', { name: say('kit', 'problem.check'), exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
      const name = person.name
      const what = `+70 ${say('console', 'asset.credit')}`
      await seen(staff, say('console', 'act.about', { name, what }))
      const { body } = await house.api('GET', `credits/balance?owner=${person.id}`)
      expect(body.available).toBe(70)
      await staff.leave()
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
      const amount = giving.getByLabel(say('console', 'grant.amount'), { exact: true })
      // Whoever opens a form can write at once; by touch the keys would cover it.
      const isFocused = () =>
        amount.evaluate((field) => field === field.ownerDocument.activeElement)
      if (manner.size === 'desk') await expect.poll(isFocused).toBe(true)
      await amount.fill(String(LARGE))
      await giving.getByLabel(say('console', 'reason.label')).fill(reason)
      await giving.getByRole('button', grant).click()
      await giving.waitFor({ state: 'hidden' })
      // On the page of whom it is for it is seen that it waits.
      await seen(one, say('console', 'orders.undecided'))

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

/** At the end of a page nothing that can be pressed lies under what is told there. */
async function isFree({ page, say }: Visitor, told: string): Promise<void> {
  const region = page.getByRole('region', { name: say('kit', 'toast.region') })
  // While it is pointed at, it stays.
  await region.getByText(told).hover()
  const covered = await page.evaluate<string[]>(`(() => {
    scrollTo(0, document.documentElement.scrollHeight)
    const told = document.querySelector('section[aria-live="polite"] > div').getBoundingClientRect()
    const fixed = (one) => one.offsetHeight > 0 && getComputedStyle(one).position === 'fixed'
    const nav = [...document.querySelectorAll('nav')].filter(fixed)
    const acts = [...document.querySelectorAll('main :is(a, button, input, select, summary)')]
    return acts
      .filter((one) => one.getBoundingClientRect().bottom > told.top)
      .concat(nav.filter((one) => one.getBoundingClientRect().top < told.bottom))
      .map((one) => one.outerHTML)
  })()`)
  expect(covered).toEqual([])
}
