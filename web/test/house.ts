import type { Browser } from 'playwright-core'
import { type Lab, openLab } from '../../lab/kit/open-lab.ts'
import { type LabShop, openLabShop } from '../../server/test/lab-shop.ts'
import type { Payment } from '../../server/test/lab-ways.ts'
import { openBrowser, type Visitor, visit } from './browser.ts'
import type { Manner } from './manners.ts'

export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly password: string
}

const PASSWORD = 'correct horse battery'
let made = 0

/** A server that listens, with its pages, a shop and the providers of the lab; and a browser in front of it. */
export interface House extends LabShop {
  readonly browser: Browser
  /** WeChat as a way in; as a way to pay it is the lab's. */
  readonly wechat: Lab
  /** Somebody new, who has signed up; staff have their role by the bootstrap key. */
  person(role?: string, manner?: Manner): Promise<Person>
  /** Gives credits as an app would. */
  grant(person: Person, amount: number): Promise<void>
  /** Spends as an app would; the charge's id. */
  charge(person: Person, amount: number, description: string): Promise<string>
  /** Sets aside as an app would. */
  hold(person: Person, amount: number, description: string): Promise<void>
  /** Gives money back as staff would. */
  refund(payment: Payment, amount: number, reason: string): Promise<void>
  /** Somebody opens the browser, signed in where it is said as whom. */
  visit(manner: Manner, person?: Person): Promise<Visitor>
  /** The address in a mail to somebody that leads to a page; undefined while no such mail has come. */
  linkTo(email: string, path: string): Promise<string | undefined>
}

export async function openHouse(): Promise<House> {
  const wechat = await openLab({ providers: ['wechat-login'] })
  const shop = await openLabShop(
    { scale: 1 },
    {
      // The browser's visitors say where they come from, as a proxy would.
      TONGBAO_TRUST_PROXY: '1',
      ...wechatLogin(wechat.account('wechat-login')),
    },
  )
  const browser = await openBrowser()
  const origin = { origin: shop.url }
  const must = async (path: string, body: object) => {
    const done = await shop.api('POST', path, body, `page-test-${process.pid}-${++made}`)
    if (done.status >= 300) throw new Error(`${path}: ${JSON.stringify(done.body)}`)
    return done.body
  }
  return {
    ...shop,
    wechat,
    browser,
    person: async (role = 'user', manner) => {
      made += 1
      const person = {
        name: `Visitor ${made}`,
        email: `${role}.${process.pid}.${made}@example.com`,
        password: PASSWORD,
        ...(manner && { locale: manner.language }),
      }
      const reply = await fetch(`${shop.url}/api/v1/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.78.0.${made % 250}` },
        body: JSON.stringify(person),
      })
      const said = (await reply.json()) as { readonly person: { readonly id: string } }
      if (!reply.ok)
        throw new Error(`nobody signed up: ${JSON.stringify(said)}`, {
          cause: shop.world.logged().slice(-3_000),
        })
      const { id } = said.person
      if (role !== 'user') {
        const wish = { roles: [role], reason: 'For a test of the pages' }
        const { status } = await shop.api('PUT', `admin/users/${id}/roles`, wish)
        if (status !== 200) throw new Error(`nobody became ${role}: ${status}`)
      }
      return { ...person, id }
    },
    grant: async ({ id }, amount) => {
      const reason = 'For a test of the pages'
      await must('credits/grants', { owner: id, amount, source: 'bonus', reason })
    },
    charge: async ({ id }, amount, description) =>
      (await must('credits/charge', { owner: id, amount, description })).charge_id,
    hold: async ({ id }, amount, description) => {
      await must('credits/holds', { owner: id, amount, description })
    },
    refund: async ({ payment_id }, amount, reason) => {
      await must(`payments/${payment_id}/refunds`, { amount, reason })
    },
    visit: async (manner, person) => {
      const visitor = await visit(browser, { base: shop.url, logged: shop.world.logged }, manner)
      if (person === undefined) return visitor
      const { email, password } = person
      const reply = await visitor.context.request.post('/api/v1/auth/sign-in/email', {
        data: { email, password },
        headers: origin,
      })
      if (!reply.ok()) throw new Error(`${email} is not let in: ${await reply.text()}`)
      return visitor
    },
    linkTo: async (email, path) => {
      const { body } = await shop.api('GET', 'admin/mailbox')
      const mails = body.items as readonly { readonly to: string; readonly text: string }[]
      return mails
        .filter(({ to }) => to === email)
        .flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? [])
        .find((link) => new URL(link).pathname === path)
    },
    close: async () => {
      await browser.close()
      await shop.close()
      await wechat.close()
    },
  }
}

function wechatLogin({ settings, secrets }: Readonly<Record<string, unknown>>) {
  const { open_url, api_url, appid } = settings as Readonly<Record<string, string>>
  const { app_secret } = secrets as Readonly<Record<string, string>>
  return {
    TONGBAO_WECHAT_LOGIN_APPID: String(appid),
    TONGBAO_WECHAT_LOGIN_SECRET: String(app_secret),
    TONGBAO_WECHAT_LOGIN_OPEN_URL: String(open_url),
    TONGBAO_WECHAT_LOGIN_API_URL: String(api_url),
  }
}
