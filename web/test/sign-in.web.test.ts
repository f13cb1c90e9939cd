import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { totp } from '../../server/test/totp.ts'
import { chromiumPath } from '../../tools/chromium.mjs'
import type { Visitor } from './browser.ts'
import { type House, openHouse, type Person } from './house.ts'
import { JOURNEYS } from './manners.ts'
import { wordsOf } from './words.ts'

interface Enabled {
  readonly totp_uri: string
  readonly backup_codes: readonly string[]
}

let made = 0
const newEmail = (): string => `new.${process.pid}.${++made}@example.com`

async function signIn({ page, say }: Visitor, { email, password }: Omit<Person, 'id' | 'name'>) {
  await page.getByLabel(say('sign-in', 'email.label'), { exact: true }).fill(email)
  await page.getByLabel(say('sign-in', 'password.label'), { exact: true }).fill(password)
  await page.getByRole('button', { name: say('sign-in', 'in.act'), exact: true }).click()
}

const isIn = ({ page, say }: Visitor, name: string) =>
  page.getByRole('button', { name: say('shell', 'menu.of', { name }) }).waitFor()

const headed = ({ page, say }: Visitor, key: string) =>
  page.getByRole('heading', { level: 1, name: say('sign-in', key) }).waitFor()

describe.skipIf(chromiumPath() === undefined)('in a browser', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house?.close())

  const ofFactor = ({ context }: Visitor, path: string, data: object) => {
    const headers = { origin: house.url }
    return context.request.post(`/api/v1/auth/two-factor/${path}`, { data, headers })
  }
  /** Turns the second factor on, as the settings do. */
  const guarded = async (visitor: Visitor, { password }: Person): Promise<Enabled> => {
    const enabled = (await (await ofFactor(visitor, 'enable', { password })).json()) as Enabled
    const code = totp(enabled.totp_uri)
    expect((await ofFactor(visitor, 'verify', { code })).status()).toBe(200)
    return enabled
  }

  describe.each(JOURNEYS)('%s', (_, manner) => {
    test('somebody new signs up, signs out, is not let in by a wrong password, and signs in', async () => {
      const visitor = await house.visit(manner)
      const { page, say } = visitor
      const person = { name: 'Lin Xia', email: newEmail(), password: 'correct horse battery' }
      await page.goto('/')
      await headed(visitor, 'in.title')
      await page.getByRole('link', { name: say('sign-in', 'up.act') }).click()
      await headed(visitor, 'up.title')
      const signUp = page.getByRole('button', { name: say('sign-in', 'up.act') })
      await signUp.click()
      await page.getByText(say('sign-in', 'name.missing')).waitFor()
      await page.getByLabel(say('sign-in', 'name.label')).fill(person.name)
      await page.getByLabel(say('sign-in', 'email.label')).fill(person.email)
      await page.getByLabel(say('sign-in', 'password.label'), { exact: true }).fill(person.password)
      await signUp.click()
      await isIn(visitor, person.name)
      expect(new URL(page.url()).pathname).toBe('/')
      await page
        .getByRole('button', { name: say('shell', 'menu.of', { name: person.name }) })
        .click()
      await page.getByRole('menuitem', { name: say('shell', 'menu.sign_out') }).click()
      await headed(visitor, 'in.title')
      await signIn(visitor, { ...person, password: 'wrong horse battery' })
      await page.getByRole('alert').first().waitFor()
      await signIn(visitor, person)
      await isIn(visitor, person.name)
      await visitor.leave()
    })

    test('who asked for a page comes to it after the door', async () => {
      const person = await house.person('admin', manner)
      const visitor = await house.visit(manner)
      await visitor.page.goto('/console?from=mail')
      await headed(visitor, 'in.title')
      await signIn(visitor, person)
      await isIn(visitor, person.name)
      expect(new URL(visitor.page.url()).pathname).toBe('/console')
      await visitor.leave()
    })

    test('a second factor is asked for, and a wrong code opens nothing', async () => {
      const person = await house.person('user', manner)
      const first = await house.visit(manner, person)
      const { totp_uri, backup_codes } = await guarded(first, person)
      await first.leave()
      const visitor = await house.visit(manner)
      const { page, say } = visitor
      await page.goto('/')
      await signIn(visitor, person)
      await headed(visitor, 'code.title')
      // Six figures are sent as soon as they are there.
      const wrong = totp(totp_uri) === '000000' ? '000001' : '000000'
      await page.getByLabel(say('sign-in', 'code.label.totp')).fill(wrong)
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: say('sign-in', 'code.use_backup') }).click()
      await page.getByLabel(say('sign-in', 'code.label.backup')).fill(backup_codes[0] ?? '')
      await page.getByRole('button', { name: say('sign-in', 'code.act') }).click()
      await isIn(visitor, person.name)
      await visitor.leave()
    })

    test('who runs out of backup codes sees it in the settings, and makes ten new ones', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      const { backup_codes } = await guarded(visitor, person)
      for (const code of backup_codes.slice(0, 8))
        expect((await ofFactor(visitor, 'verify', { code, kind: 'backup' })).status()).toBe(200)
      await page.goto('/settings?tab=security')
      await page.getByText(say('settings', 'guard.backup_left', { left: 2 })).waitFor()
      await page.getByText(say('settings', 'guard.backup_few')).waitFor()
      const renew = page.getByRole('button', { name: say('settings', 'guard.backup_renew') })
      await renew.click()
      await page.getByLabel(say('settings', 'guard.password')).fill(person.password)
      await renew.click()
      await page.getByLabel(say('settings', 'guard.backup_kept')).check()
      const shown = await page
        .getByRole('listitem')
        .filter({ hasText: /^\w{5}-\w{5}$/ })
        .count()
      expect(shown).toBe(10)
      await page.getByRole('button', { name: say('settings', 'guard.backup_finish') }).click()
      await page.getByText(say('settings', 'guard.backup_left', { left: 10 })).waitFor()
      await visitor.leave()
    })

    test('new backup codes stay on the screen, whichever way somebody leaves, until they are kept', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await guarded(visitor, person)
      await page.goto('/settings?tab=security')
      const renew = page.getByRole('button', { name: say('settings', 'guard.backup_renew') })
      const password = page.getByLabel(say('settings', 'guard.password'))
      const focused = (role: 'button' | 'heading', key: string) =>
        page
          .locator(':focus')
          .and(page.getByRole(role, { name: say('settings', key) }))
          .waitFor()

      // The keys go on from what was pressed: into the form, back out of it, to what is to be read.
      await renew.press('Enter')
      await password.and(page.locator(':focus')).fill('not the password')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      await page
        .getByRole('button', { name: say('settings', 'cancel'), exact: true })
        .press('Enter')
      await focused('button', 'guard.backup_renew')
      await page.keyboard.press('Enter')
      expect(await password.inputValue()).toBe('')
      await page.getByRole('alert').waitFor({ state: 'hidden' })
      await password.fill(person.password)
      await page.keyboard.press('Enter')
      await focused('heading', 'guard.backup')

      const codes = page.getByRole('listitem').filter({ hasText: /^\w{5}-\w{5}$/ })
      const shown = await codes.allTextContents()
      expect(shown).toHaveLength(10)
      await page.keyboard.press('Escape')
      const tab = { name: say('settings', 'tab.profile'), includeHidden: true }
      await page.getByRole('tab', tab).dispatchEvent('click')
      const asked = page.waitForEvent('dialog').then(async (question) => {
        await question.dismiss()
        return question.type()
      })
      await page.evaluate('location.reload()')
      expect(await asked).toBe('beforeunload')
      expect(new URL(page.url()).search).toBe('?tab=security')
      expect(await codes.allTextContents()).toEqual(shown)

      await page.getByLabel(say('settings', 'guard.backup_kept')).check()
      await page.getByRole('button', { name: say('settings', 'guard.backup_finish') }).click()
      await focused('button', 'guard.backup_renew')
      await page.getByRole('tab', { name: say('settings', 'tab.profile') }).click()
      await page.waitForURL(/tab=profile/)
      await visitor.leave()
    })

    test('the keys alone turn the second factor on and off again, and stand each time on what came of it', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await page.goto('/settings?tab=security')
      const on = page.locator(':focus')
      const button = (key: string) =>
        page.getByRole('button', { name: say('settings', key), exact: true })
      const prove = async () => {
        await page.getByLabel(say('settings', 'guard.password')).and(on).fill(person.password)
        await page.keyboard.press('Enter')
      }
      const scan = page.getByText(say('settings', 'guard.scan'))
      await button('guard.start').press('Enter')
      await prove()
      await scan.and(on).waitFor()
      await button('cancel').press('Enter')
      await button('guard.start').and(on).press('Enter')
      await prove()
      await scan.and(on).waitFor()
      await page.getByText(say('settings', 'guard.manual')).press('Enter')
      const secret = await page.locator('details[open] button > :first-child').textContent()
      await page.getByLabel(say('settings', 'guard.backup_kept')).press(' ')
      await page
        .getByLabel(say('settings', 'guard.code'))
        .pressSequentially(totp(`otpauth://totp/here?secret=${secret}`))
      await button('guard.finish').press('Enter')
      await button('guard.backup_renew').and(on).waitFor()
      await button('guard.stop').press('Enter')
      await prove()
      await button('guard.start').and(on).waitFor()
      await visitor.leave()
    })

    test('a forgotten password is made anew by the link in a mail, once', async () => {
      const person = await house.person('user', manner)
      const visitor = await house.visit(manner)
      const { page, say } = visitor
      await page.goto('/sign-in')
      await page.getByRole('link', { name: say('sign-in', 'in.forgot') }).click()
      await headed(visitor, 'forgot.title')
      await page.getByLabel(say('sign-in', 'email.label')).fill(person.email)
      await page.getByRole('button', { name: say('sign-in', 'forgot.act') }).click()
      await page.getByText(say('sign-in', 'forgot.sent'), { exact: true }).waitFor()
      const link = () => house.linkTo(person.email, '/reset-password')
      await expect.poll(link).toBeDefined()
      const choose = async (password: string) => {
        await page.goto((await link()) ?? '')
        await headed(visitor, 'reset.title')
        await page.getByLabel(say('sign-in', 'reset.password'), { exact: true }).fill(password)
        await page.getByRole('button', { name: say('sign-in', 'reset.act') }).click()
      }
      await choose('another horse battery')
      await headed(visitor, 'reset.done')
      await page.getByRole('link', { name: say('sign-in', 'in.act') }).click()
      await signIn(visitor, { ...person, password: 'another horse battery' })
      await isIn(visitor, person.name)
      await choose('a third horse battery')
      await headed(visitor, 'reset.expired')
      await visitor.leave()
    })

    test('by WeChat: the code on its page is scanned, refused and scanned again', async () => {
      const visitor = await house.visit(manner)
      const { page, say } = visitor
      // Somebody new each time: who came before has a language of their own, and the page goes over to it.
      const user = `${manner.language} ${manner.size}`
      const scan = async (act: 'allow' | 'deny') => {
        await page.waitForURL(/qrconnect/)
        const said = await house.wechat.control('wechat-login', act, { url: page.url(), user })
        await page.goto(String(said['location']))
      }
      await page.goto('/sign-in')
      await page.getByRole('button', { name: say('sign-in', 'wechat.act') }).click()
      await scan('deny')
      await page.getByText(say('sign-in', 'wechat.problem.denied')).waitFor()
      await page.getByRole('button', { name: say('sign-in', 'wechat.again') }).click()
      await scan('allow')
      await page.getByRole('button', { name: say.like('shell', 'menu.of') }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/')
      await visitor.leave()
    })

    test('a browser in which no language was chosen takes over that of who signs in', async () => {
      const language = manner.language === 'en' ? 'zh-CN' : 'en'
      const theirs = { ...manner, language } as const
      const person = await house.person('user', theirs)
      const visitor = await house.visit(manner)
      await visitor.page.goto('/sign-in')
      await signIn(visitor, person)
      await isIn({ ...visitor, say: await wordsOf(language) }, person.name)
      await expect.poll(() => visitor.page.getAttribute('html', 'lang')).toBe(language)
      await visitor.leave()
    })

    test('times go by the clock of the time zone that a person has chosen', async () => {
      const timeZone = 'Pacific/Kiritimati'
      const person = await house.person('user', manner)
      await house.grant(person, 5)
      const visitor = await house.visit(manner, person)
      const { page, say } = visitor
      await page.goto('/settings')
      await page.getByLabel(say('settings', 'profile.zone')).selectOption(timeZone)
      await page.getByRole('button', { name: say('settings', 'save'), exact: true }).click()
      await page.getByText(say('settings', 'saved'), { exact: true }).first().waitFor()
      await page.goto('/credits?tab=history')
      const shown = page.locator('time').first()
      const at = new Date((await shown.getAttribute('datetime')) ?? '')
      const there = new Intl.DateTimeFormat(manner.language, {
        ...{ dateStyle: 'medium', timeStyle: 'medium', timeZone },
      })
      const plain = (text: string | null) => text?.replaceAll(/\s/g, ' ')
      expect(plain(await shown.textContent())).toBe(plain(there.format(at)))
      await visitor.leave()
    })
  })
})
