import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailOf } from '../../../test/people.ts'
import { totp } from '../../../test/totp.ts'
import {
  APP_SECRET,
  type Browser,
  newScanner,
  openBrowser,
  problemIn,
  type Scanner,
  type WechatStandIn,
  wechatEnv,
  wechatStandIn,
} from '../../../test/wechat.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

const APP = 'wx1111111111111111'
const OTHER_APP = 'wx2222222222222222'

let wechat: WechatStandIn
let world: TestWorld
const welcomed: string[] = []
const envOf = (appid: string) => wechatEnv(wechat, appid)
beforeAll(async () => {
  wechat = await wechatStandIn()
  const hear = async ({ owner = '' }) => void welcomed.push(owner)
  const hearing = { module: 'welcome', topic: 'identity.signed_up', hear } as const
  world = await openWorld({ env: envOf(APP), start: true, hearings: [hearing] })
})
afterAll(async () => {
  await world.close()
  await wechat.close()
})

const browser = () => openBrowser(() => world.http)
const signIn = async (who: Scanner, from: Browser = browser()) => {
  const reply = await from.get(wechat.scan(await from.start(), who))
  return { reply, from, me: await from.me() }
}
const idOf = async (who: Scanner) => (await signIn(who)).me?.id
const rows = async (sql: string, values: unknown[] = []) =>
  (await world.pool.pg.query(sql, values)).rows
/** The application may not change an attempt. */
const asOwner = async (...statements: string[]) => {
  const owner = new pg.Client({ connectionString: world.url })
  await owner.connect()
  for (const statement of statements) await owner.query(statement)
  await owner.end()
}
const sessions = async () => (await rows('select count(*)::int as n from identity.sessions'))[0].n
const people = async () => (await rows('select count(*)::int as n from identity.people'))[0].n
const keysOf = (id: string | undefined) =>
  rows('select provider_id, account_id from identity.accounts where person_id = $1 order by 1', [
    id,
  ])

test('I10: who scans is in, in the browser that began, and stays the same person', async () => {
  const who = newScanner({ nickname: '小明 🪙' })
  const url = new URL(await browser().start({ locale: 'en' }))
  expect(url.origin + url.pathname).toBe(`${wechat.baseUrl}/connect/qrconnect`)
  expect(Object.fromEntries(url.searchParams)).toEqual({
    appid: APP,
    redirect_uri: 'http://localhost:7300/api/v1/auth/wechat/callback',
    response_type: 'code',
    scope: 'snsapi_login',
    state: expect.stringMatching(/^[0-9a-f]{64}$/),
    lang: 'en',
  })
  expect(url.hash).toBe('#wechat_redirect')

  const from = browser()
  const start = await from.post('wechat/start', { return_to: '/account?tab=2', locale: 'en' })
  expect(String(start.headers['set-cookie'])).toMatch(
    /^tongbao\.wechat=[0-9a-f]{64}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  const back = await from.get(wechat.scan(start.json().url, who))
  expect([back.statusCode, back.headers.location]).toEqual([
    302,
    'http://localhost:7300/account?tab=2',
  ])
  expect(back.headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  expect(String(back.headers['set-cookie'])).toMatch(/tongbao\.wechat=; Max-Age=0/)
  expect(String(back.headers['set-cookie'])).toMatch(/session_token=[^;]+;.*HttpOnly.*SameSite=Lax/)
  expect(from.jar.has('tongbao.wechat')).toBe(false)

  const me = await from.me()
  expect(me).toMatchObject({ name: '小明 🪙', email: null, email_verified: false, locale: 'en' })
  expect(await rows('select id from identity.owners where person_id = $1', [me?.id])).toHaveLength(
    1,
  )
  await expect.poll(() => welcomed).toContain(me?.id)
  expect((await signIn(who)).me?.id).toBe(me?.id)
  expect(await trailOf(world, me?.id ?? '')).toMatchObject([
    { action: 'identity.signed_up', result: 'done', after: { source: 'wechat' } },
    { action: 'identity.signed_in', result: 'done', after: { source: 'wechat' } },
  ])
})

/** What comes back, to whom, and what they are told. All begin as an attempt that would have succeeded. */
const BENT: Readonly<
  Record<string, [string, (callback: string, from: Browser) => Promise<string>]>
> = {
  'no state': ['wechat_expired', async (callback) => callback.replace(/&state=.*/, '')],
  'an empty state': [
    'wechat_expired',
    async (callback) => callback.replace(/&state=.*/, '&state='),
  ],
  'a foreign state': [
    'wechat_expired',
    async (callback) => callback.replace(/state=.*/, `state=${'ab'.repeat(32)}`),
  ],
  "another browser's state": [
    'wechat_expired',
    async () => wechat.scan(await browser().start(), newScanner()),
  ],
  'a reused state': [
    'wechat_expired',
    async (callback, from) => {
      const cookie = from.jar.get('tongbao.wechat') ?? ''
      await from.get(callback.replace(/code=[^&]*/, 'code=none'))
      from.jar.set('tongbao.wechat', cookie)
      return callback
    },
  ],
  'no cookie': [
    'wechat_expired',
    async (callback, from) => {
      from.jar.clear()
      return callback
    },
  ],
  'an attempt of eleven minutes ago': [
    'wechat_expired',
    async (callback) => {
      await asOwner(
        `update identity.wechat_attempts set expires_at = expires_at - interval '11 minutes'`,
      )
      return callback
    },
  ],
  'a denial': ['wechat_denied', async (callback) => callback.replace(/code=[^&]*&/, '')],
  'an empty code': ['wechat_denied', async (callback) => callback.replace(/code=[^&]*&/, 'code=&')],
  'errcode 40163': ['wechat_refused', async (callback) => wechat.spend(callback)],
  'errcode 40029': ['wechat_refused', async (callback) => wechat.forget(callback)],
}

test.each(Object.entries(BENT))(
  'I10: T67, a callback with %s opens no session',
  async (_, bent) => {
    const [problem, bend] = bent
    const from = browser()
    const callback = await bend(
      wechat.scan(await from.start({ locale: 'zh-CN' }), newScanner()),
      from,
    )
    const [before, known] = [await sessions(), await people()]
    const reply = await from.get(callback)
    expect([reply.statusCode, problemIn(reply)]).toEqual([302, problem])
    expect(String(reply.headers['set-cookie'] ?? '')).not.toContain('session_token')
    expect([await sessions(), await people(), await from.me()]).toEqual([before, known, undefined])
    expect(new URL(String(reply.headers.location)).pathname).toBe('/sign-in')
    expect((await trailOf(world, 'unknown')).at(-1)).toMatchObject({
      ...{ action: 'identity.signed_in', result: 'refused', reason: problem },
    })
  },
)

test('I10: T67, an attempt that another browser tried to finish is still its own', async () => {
  const [mine, thief] = [browser(), browser()]
  const callback = wechat.scan(await mine.start(), newScanner())
  await thief.start()
  expect(problemIn(await thief.get(callback))).toBe('wechat_expired')
  expect(await thief.me()).toBeUndefined()
  await mine.get(callback)
  expect(await mine.me()).toBeDefined()
})

test('I10: a callback that comes ten times at once opens one session', async () => {
  const from = browser()
  const callback = wechat.scan(await from.start(), newScanner())
  const before = await sessions()
  const replies = await Promise.all(Array.from({ length: 10 }, () => from.get(callback)))
  const opened = replies.filter((reply) => problemIn(reply) === null)
  expect(opened).toHaveLength(1)
  expect(await sessions()).toBe(before + 1)
})

test('I10: a code that two attempts of one browser bring at once opens one session', async () => {
  const from = browser()
  const first = wechat.scan(await from.start(), newScanner())
  const cookie = from.jar.get('tongbao.wechat') ?? ''
  const second = new URL(await from.start()).searchParams.get('state')
  const twin = openBrowser(() => world.http)
  twin.jar.set('tongbao.wechat', cookie)
  const before = await sessions()
  await Promise.all([twin.get(first), from.get(first.replace(/state=.*/, `state=${second}`))])
  expect(await sessions()).toBe(before + 1)
})

test('I10: what began before a restart is finished after it', async () => {
  const first = await world.anotherNode(envOf(APP))
  let node = first
  const from = openBrowser(() => node.http)
  const url = await from.start()
  await first.stop()
  node = await world.anotherNode(envOf(APP))
  await from.get(wechat.scan(url, newScanner()))
  expect(await from.me()).toBeDefined()
  await node.stop()
})

test('I11: T68, the same unionid from two apps is one account', async () => {
  const who = newScanner()
  const id = await idOf(who)
  const other = await world.anotherNode(envOf(OTHER_APP))
  const from = openBrowser(() => other.http)
  const there = { ...who, openid: 'oThere-abcdefghijkl' }
  await from.get(wechat.scan(await from.start(), there))
  expect((await from.me())?.id).toBe(id)
  // Also when WeChat one day leaves the unionid out.
  await from.get(wechat.scan(await from.start(), { openid: there.openid }))
  expect((await from.me())?.id).toBe(id)
  expect(await keysOf(id)).toEqual([
    { provider_id: 'wechat', account_id: who.unionid },
    { provider_id: `wechat:${APP}`, account_id: who.openid },
    { provider_id: `wechat:${OTHER_APP}`, account_id: there.openid },
  ])
  await other.stop()
})

test('I11: T68, who came without a unionid and has one later is linked once', async () => {
  const { openid, unionid = '' } = newScanner()
  const id = await idOf({ openid })
  expect(await keysOf(id)).toHaveLength(1)
  const come = Array.from({ length: 5 }, () => idOf({ openid, unionid }))
  expect(new Set(await Promise.all(come))).toEqual(new Set([id]))
  expect(await keysOf(id)).toHaveLength(2)
  expect(await idOf({ openid: 'oElsewhere-abcdefghijkl', unionid })).toBe(id)
  // The same nickname is nothing.
  expect(await idOf(newScanner())).not.toBe(id)
})

test('I11: T68, an openid or unionid that a browser sends counts for nothing', async () => {
  const victim = newScanner()
  const id = await idOf(victim)
  const { openid, unionid = '' } = victim
  const from = browser()
  const started = await from.post('wechat/start', { openid, unionid })
  expect(started.statusCode).toBe(400)
  const thief = newScanner()
  const callback = `${wechat.scan(await from.start(), thief)}&openid=${openid}&unionid=${unionid}`
  await from.get(callback)
  expect((await from.me())?.id).toBe(await idOf(thief))
  expect((await from.me())?.id).not.toBe(id)
})

test('I11: where two people hold keys of one WeChat the unionid decides, and the trail names the other', async () => {
  const { openid, unionid = '' } = newScanner()
  const old = await idOf({ openid })
  const other = await world.anotherNode(envOf(OTHER_APP))
  const from = openBrowser(() => other.http)
  await from.get(wechat.scan(await from.start(), { openid: 'oTwice-abcdefghijkl', unionid }))
  const id = (await from.me())?.id
  await other.stop()
  expect(id).not.toBe(old)
  expect(await idOf({ openid, unionid })).toBe(id)
  expect((await trailOf(world, old ?? '')).at(-1)).toMatchObject({
    action: 'identity.wechat_held_twice',
    after: { target_id: id },
  })
})

test('I11: ten first scans of one WeChat at once make one account', async () => {
  const who = newScanner()
  const before = await people()
  const ids = await Promise.all(Array.from({ length: 10 }, () => idOf(who)))
  expect(new Set(ids).size).toBe(1)
  expect(await people()).toBe(before + 1)
})

test('I1: when the audit line cannot be written, there is nobody new, and no session', async () => {
  await asOwner(
    `create function kernel.no_audit() returns trigger language plpgsql as $$
     begin raise exception 'the trail is full'; end $$`,
    'create trigger no_audit before insert on audit.entries execute function kernel.no_audit()',
  )
  const [before, known, from] = [await sessions(), await people(), browser()]
  const reply = await from.get(wechat.scan(await from.start(), newScanner()))
  await asOwner('drop trigger no_audit on audit.entries')
  expect(reply.statusCode).toBe(500)
  expect([await sessions(), await people()]).toEqual([before, known])
})

test('I10: where WeChat cannot be asked nobody is in, and the operator learns why', async () => {
  const from = browser()
  const callback = wechat.scan(await from.start(), newScanner())
  wechat.answerNext('/sns/oauth2/access_token', (reply) => reply.end('{"errcode":40125}'))
  expect(problemIn(await from.get(callback))).toBe('wechat_unavailable')
  expect(await from.me()).toBeUndefined()
  expect(world.logged()).toContain('wechat_errcode_40125')
})

test('I2: a scan alone does not open an account with a second factor, nor one that is closed', async () => {
  const who = newScanner()
  const { from, me } = await signIn(who)
  const begun = (await from.post('two-factor/enable')).json()
  expect(begun.totp_uri).toContain(`Tongbao:${encodeURIComponent(me?.name ?? '')}?`)
  await from.post('two-factor/verify', { code: totp(begun.totp_uri) })

  const again = browser()
  const before = await sessions()
  const reply = await again.get(wechat.scan(await again.start({ return_to: '/account' }), who))
  const { pathname, searchParams } = new URL(String(reply.headers.location))
  expect([pathname, searchParams.get('step'), searchParams.get('return_to')]).toEqual([
    ...['/sign-in', 'code', '/account'],
  ])
  expect([await sessions(), await again.me()]).toEqual([before, undefined])
  const code = begun.backup_codes[0]
  expect((await again.post('two-factor/verify', { code, kind: 'backup' })).statusCode).toBe(200)
  expect((await again.me())?.id).toBe(me?.id)

  await world.call('POST', `/api/v1/admin/users/${me?.id}/ban`, {
    as: BOOTSTRAP_KEY,
    body: { reason: 'fraud' },
  })
  const closed = await signIn(who)
  expect([problemIn(closed.reply), closed.me]).toEqual(['banned', undefined])
})

test('I10: over https the cookie is bound to this host, and travels on no other road', async () => {
  const node = await world.anotherNode(envOf(APP), { publicUrl: 'https://pay.example' })
  const from = openBrowser(() => node.http, 'https://pay.example')
  const start = await from.post('wechat/start')
  expect(String(start.headers['set-cookie'])).toMatch(
    /^__Host-tongbao\.wechat=.*Path=\/;.*; Secure$/,
  )
  const back = await from.get(wechat.scan(start.json().url, newScanner()))
  expect(back.headers.location).toBe('https://pay.example/sign-in?lang=en')
  expect(String(back.headers['set-cookie'])).toContain('__Secure-tongbao.session_token=')
  await node.stop()
})

test('I10: callbacks of one address are counted, and the many are turned away', async () => {
  const from = browser()
  const replies = []
  for (let i = 0; i < 21; i++) replies.push(await from.get('/api/v1/auth/wechat/callback?state=x'))
  expect(replies.map((reply) => reply.statusCode)).toEqual([...Array(20).fill(302), 429])
})

test('I10: where no app is configured there is no route', async () => {
  const none = { ...envOf(''), TONGBAO_WECHAT_LOGIN_SECRET: '' }
  const node = await world.anotherNode(none)
  for (const [method, path] of [
    ['POST', 'start'],
    ['GET', 'callback?state=x&code=y'],
    ['POST', 'bind'],
  ] as const) {
    const reply = await node.http.inject({ method, url: `/api/v1/auth/wechat/${path}` })
    expect([reply.statusCode, reply.json().code]).toEqual([404, 'not_found'])
  }
  await node.stop()
})

test('I10: no code, state, token or name of WeChat is in a log line or an entry, and no token is kept', async () => {
  const from = browser()
  const qr = await from.start()
  const cookie = from.jar.get('tongbao.wechat') ?? ''
  await from.get(wechat.scan(qr, newScanner({ nickname: 'Canary of the nickname' })))
  const trail = (
    await world.call('GET', '/api/v1/admin/audit/export?format=ndjson', { as: BOOTSTRAP_KEY })
  ).body
  expect(trail).toContain('identity.signed_up')
  const secrets = [...wechat.secrets, APP_SECRET, cookie, 'Canary of the nickname'].filter(Boolean)
  expect(secrets.length).toBeGreaterThan(100)
  for (const secret of secrets)
    for (const text of [world.logged(), trail]) expect(text).not.toContain(secret)
  const kept = JSON.stringify([
    await rows('select * from identity.accounts'),
    await rows(`select encode(state_hash, 'hex') as s, encode(browser_hash, 'hex') as b, return_path
                  from identity.wechat_attempts`),
  ])
  for (const secret of secrets.filter((one) => !/^o(?:Op|Un|Th|El|Tw)/.test(one)))
    expect(kept).not.toContain(secret)
})
