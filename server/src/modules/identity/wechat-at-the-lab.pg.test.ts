import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, openLab } from '../../../../lab/kit/open-lab.ts'
import type { Json } from '../../../../lab/kit/provider.ts'
import { type Browser, openBrowser, problemIn } from '../../../test/wechat.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

/** The same laws as beside the stand-in, with a WeChat that was written from its documents and not from our code. */
let lab: Lab
let world: TestWorld
beforeAll(async () => {
  lab = await openLab({ providers: ['wechat-login'] })
  world = await openWorld({ env: envOf(account()) })
})
afterAll(async () => {
  await world.close()
  await lab.close()
})

const account = () => {
  const { settings, secrets } = lab.account('wechat-login')
  const { appid } = settings as { appid: string }
  return { appid, secret: (secrets as { app_secret: string }).app_secret }
}
const envOf = ({ appid, secret }: { readonly appid: string; readonly secret: string }) => ({
  TONGBAO_WECHAT_LOGIN_APPID: appid,
  TONGBAO_WECHAT_LOGIN_SECRET: secret,
  TONGBAO_WECHAT_LOGIN_OPEN_URL: lab.url('wechat-login'),
  TONGBAO_WECHAT_LOGIN_API_URL: lab.url('wechat-login'),
})
const control = (name: string, input: Json) => lab.control('wechat-login', name, input)
const browser = () => openBrowser(() => world.http)
/** Where the browser goes once somebody has scanned the code of this page. */
const callbackOf = async (how: 'allow' | 'deny', url: string, user = 'ada') => {
  const input = how === 'allow' ? { url, user } : { url }
  const { pathname, search } = new URL(String((await control(how, input))['location']))
  return pathname + search
}
let people = 0
const somebody = () => {
  people += 1
  return `somebody-${people}`
}
const signIn = async (user: string, from: Browser = browser()) => {
  const reply = await from.get(await callbackOf('allow', await from.start(), user))
  return { reply, from, me: await from.me() }
}
const rows = async (sql: string, values: unknown[] = []) =>
  (await world.pool.pg.query(sql, values)).rows
const sessions = async () => (await rows('select count(*)::int as n from identity.sessions'))[0].n

test('I10: who scans and allows is in, and comes back as the same person', async () => {
  const user = somebody()
  const { reply, me } = await signIn(user)
  expect([reply.statusCode, problemIn(reply)]).toEqual([302, null])
  expect(me).toMatchObject({ email: null })
  expect((await signIn(user)).me?.id).toBe(me?.id)
  expect((await signIn(somebody())).me?.id).not.toBe(me?.id)
})

const codeIn = (callback: string): string =>
  new URLSearchParams(callback.split('?')[1]).get('code') ?? ''

/** How a callback is spoiled that would have opened a session, and what its browser is told. */
const SPOILED: Readonly<
  Record<string, [string, (callback: string, from: Browser) => Promise<string>]>
> = {
  'no state': ['wechat_expired', async (callback) => callback.replace(/&state=[^&]*/, '')],
  'a foreign state': [
    'wechat_expired',
    async (callback) => callback.replace(/state=[^&]*/, `state=${'cd'.repeat(32)}`),
  ],
  "another browser's state": [
    'wechat_expired',
    async () => callbackOf('allow', await browser().start(), somebody()),
  ],
  'a state that was used': [
    'wechat_expired',
    async (callback, from) => {
      const cookie = from.jar.get('tongbao.wechat') ?? ''
      await from.get(callback.replace(/code=[^&]*/, 'code=none'))
      from.jar.set('tongbao.wechat', cookie)
      return callback
    },
  ],
  'a denial': ['wechat_denied', async (_, from) => callbackOf('deny', await from.start())],
  'a code that somebody has used, errcode 40163': [
    'wechat_refused',
    async (callback) => {
      const { appid, secret } = account()
      const query = new URLSearchParams({
        ...{ appid, secret, code: codeIn(callback), grant_type: 'authorization_code' },
      })
      const used = await fetch(`${lab.url('wechat-login')}/sns/oauth2/access_token?${query}`)
      expect(await used.json()).toMatchObject({ openid: expect.any(String) })
      return callback
    },
  ],
  'a code that nobody gave out, errcode 40029': [
    'wechat_refused',
    async (callback) => callback.replace(/code=[^&]*/, 'code=0123456789abcdef'),
  ],
  'a code that is too old, errcode 42003': [
    'wechat_refused',
    async (callback) => {
      await control('expire', { what: 'codes' })
      return callback
    },
  ],
  'a WeChat that is busy': [
    'wechat_unavailable',
    async (callback) => {
      await control('busy', { times: 1 })
      return callback
    },
  ],
  'a WeChat whose answer is lost': [
    'wechat_unavailable',
    async (callback) => {
      lab.fault({ fault: 'drop_after_commit', provider: 'wechat-login' })
      return callback
    },
  ],
  'a WeChat that answers half': [
    'wechat_unavailable',
    async (callback) => {
      lab.fault({ fault: 'truncate', provider: 'wechat-login' })
      return callback
    },
  ],
}

test.each(Object.entries(SPOILED))(
  'I10 T67: at the lab a callback with %s opens no session',
  async (_, [problem, spoil]) => {
    const from = browser()
    const callback = await spoil(await callbackOf('allow', await from.start(), somebody()), from)
    const before = await sessions()
    const reply = await from.get(callback)
    expect([reply.statusCode, problemIn(reply)]).toEqual([302, problem])
    expect([await sessions(), await from.me()]).toEqual([before, undefined])
  },
)

test('I11 T68: at the lab the same person from two apps is one account', async () => {
  const user = somebody()
  const { me } = await signIn(user)
  const other = (await control('app', { appid: 'wx6666666666666666' })) as {
    readonly appid: string
    readonly secret: string
  }
  const node = await world.anotherNode(envOf(other))
  const there = openBrowser(() => node.http)
  expect((await signIn(user, there)).me?.id).toBe(me?.id)
  await node.stop()
})

test('I11 T68: at the lab who came without a unionid and has one later is linked once', async () => {
  const user = somebody()
  await control('unionid', { on: false })
  const { me } = await signIn(user)
  await control('unionid', { on: true })
  const again = await Promise.all([signIn(user), signIn(user), signIn(user)])
  expect(new Set(again.map((one) => one.me?.id))).toEqual(new Set([me?.id]))
  const keys = await rows(
    'select provider_id from identity.accounts where person_id = $1 order by 1',
    [me?.id],
  )
  expect(keys).toEqual([
    { provider_id: 'wechat' },
    { provider_id: expect.stringMatching(/^wechat:wx/) },
  ])
})

test('I10 T70: what WeChat has told of people and given us is in no log line and in no entry', async () => {
  const from = browser()
  const callback = await callbackOf('allow', await from.start(), 'canary-of-the-lab')
  await from.get(callback)
  const me = await from.me()
  const [known] = await rows(
    `select string_agg(account_id, ' ') as names from identity.accounts where person_id = $1`,
    [me?.id],
  )
  const canaries = [
    ...[account().secret, codeIn(callback), ...String(known.names).split(' ')],
    new URLSearchParams(callback.split('?')[1]).get('state') ?? '',
  ]
  expect(canaries.length).toBeGreaterThan(4)
  const path = '/api/v1/admin/audit/export?format=ndjson'
  const trail = (await world.call('GET', path, { as: BOOTSTRAP_KEY })).body
  expect(trail).toContain(me?.id)
  for (const canary of canaries)
    for (const text of [world.logged(), trail]) expect(text).not.toContain(canary)
})
