import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import type { Json } from '../kit/provider.ts'

const BACK = 'http://localhost:7300/api/v1/auth/wechat/callback'
let lab: Lab
beforeEach(async () => {
  lab = await openLab({ providers: ['wechat-login'] })
})
afterEach(() => lab.close())

const account = () => {
  const { settings, secrets } = lab.account('wechat-login')
  return { appid: String(Object(settings).appid), secret: String(Object(secrets).app_secret) }
}
const connectUrl = (change: Readonly<Record<string, string>> = {}) => {
  const query = new URLSearchParams({
    ...{ appid: account().appid, redirect_uri: BACK, response_type: 'code' },
    ...{ scope: 'snsapi_login', state: 'state1', ...change },
  })
  return `${lab.url('wechat-login')}/connect/qrconnect?${query}#wechat_redirect`
}
const control = (name: string, input: Json) => lab.control('wechat-login', name, input)

/** The code that somebody's browser brings back. */
async function codeOf(user = 'ada', change = {}): Promise<string> {
  const { location } = await control('allow', { url: connectUrl(change), user })
  return new URL(String(location)).searchParams.get('code') ?? ''
}

async function sns(path: string, query: Readonly<Record<string, string>>): Promise<Json> {
  const response = await fetch(
    `${lab.url('wechat-login')}/sns${path}?${new URLSearchParams(query)}`,
  )
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain')
  return JSON.parse(await response.text())
}
const exchange = (code: string, change: Readonly<Record<string, string>> = {}) =>
  sns('/oauth2/access_token', {
    ...{ ...account(), code, grant_type: 'authorization_code' },
    ...change,
  })
const texts = (said: Json, ...names: string[]) => names.map((name) => String(said[name]))

test('somebody allows on the page, and the browser returns with a code and the state', async () => {
  const page = await (await fetch(connectUrl())).text()
  const ticket = page.match(/name="ticket" value="(\w+)"/)?.[1] ?? ''
  const gone = await fetch(`${lab.page}/wechat-login/allow`, {
    method: 'POST',
    body: new URLSearchParams({ ticket, user: 'ada' }),
    redirect: 'manual',
  })
  expect(gone.status).toBe(303)
  const back = new URL(gone.headers.get('location') ?? '')
  expect(back.origin + back.pathname).toBe(BACK)
  expect(back.searchParams.get('state')).toBe('state1')
  expect(await exchange(back.searchParams.get('code') ?? '')).toMatchObject({ expires_in: 7_200 })
  await expect(control('allow', { ticket })).rejects.toThrow('no such code')
})

test('T67: whoever denies returns with the state alone', async () => {
  const { location } = await control('deny', { url: connectUrl() })
  expect(location).toBe(`${BACK}?state=state1`)
})

test.each([
  ['another domain', { redirect_uri: 'https://elsewhere.example/' }, 'redirect_uri'],
  ['no address', { redirect_uri: 'here' }, 'redirect_uri'],
  ['another app', { appid: 'wx1' }, 'appid'],
  ['another scope', { scope: 'snsapi_base' }, 'scope'],
  ['no response_type', { response_type: 'token' }, 'response_type'],
])('the page refuses %s', async (_, change, reads) => {
  const page = await fetch(connectUrl(change))
  expect(page.status).toBe(400)
  expect(await page.text()).toContain(reads)
})

test('a code becomes tokens, and tokens a person', async () => {
  const tokens = await exchange(await codeOf())
  expect(tokens).toMatchObject({ scope: 'snsapi_login', expires_in: 7_200 })
  const [access_token = '', openid = ''] = texts(tokens, 'access_token', 'openid')
  expect(await sns('/auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' })
  expect(await sns('/userinfo', { access_token, openid })).toMatchObject({
    ...{ openid, unionid: tokens['unionid'], nickname: 'ada', privilege: [] },
  })
})

test('a person has one openid and one unionid, another person others', async () => {
  const of = async (user: string) => {
    const tokens = await exchange(await codeOf(user))
    return texts(tokens, 'openid', 'unionid')
  }
  const [first, second, other] = [await of('ada'), await of('ada'), await of('bob')]
  expect(second).toEqual(first)
  expect(new Set([...first, ...other]).size).toBe(4)
  expect(first.every((id) => /^o[\w-]{27}$/.test(id))).toBe(true)
})

test('T68: in another app the openid is another, and the unionid the same', async () => {
  const app = await control('app', { appid: 'wx6666666666666666' })
  const { appid, secret } = { appid: String(app['appid']), secret: String(app['secret']) }
  const here = await exchange(await codeOf())
  const there = await exchange(await codeOf('ada', { appid }), { appid, secret })
  expect(there['openid']).not.toBe(here['openid'])
  expect(there['unionid']).toBe(here['unionid'])
})

test('T68: without an account of the platform there is no unionid', async () => {
  await control('unionid', { on: false })
  const tokens = await exchange(await codeOf())
  expect(tokens).not.toHaveProperty('unionid')
  const [access_token = '', openid = ''] = texts(tokens, 'access_token', 'openid')
  expect(await sns('/userinfo', { access_token, openid })).not.toHaveProperty('unionid')
})

test('T67: a code is taken once', async () => {
  const code = await codeOf()
  await exchange(code)
  expect(await exchange(code)).toMatchObject({ errcode: 40163 })
})

test('a code ends after ten minutes', async () => {
  const code = await codeOf()
  lab.fault({ fault: 'clock_skew', ms: 599_000 - 60_000 })
  const later = await codeOf()
  lab.fault({ fault: 'clock_skew', ms: 61_000 })
  expect(await exchange(code)).toMatchObject({ errcode: 42003 })
  expect(await exchange(later)).toMatchObject({ expires_in: 7_200 })
  const last = await codeOf()
  await control('expire', { what: 'codes' })
  expect(await exchange(last)).toMatchObject({ errcode: 42003 })
})

test.each([
  ['another app', { appid: 'wx1' }, 40013],
  ['another secret', { secret: 'x' }, 40125],
  ['another grant', { grant_type: 'client_credential' }, 40002],
  ['a code nobody got', { code: 'x' }, 40029],
])('an exchange with %s is refused, with status 200', async (_, change, errcode) => {
  expect(await exchange(await codeOf(), change)).toMatchObject({ errcode })
})

test('an exchange without something it needs is refused', async () => {
  const { appid, secret } = account()
  const grant_type = 'authorization_code'
  const of = async (query: Readonly<Record<string, string>>) =>
    (await sns('/oauth2/access_token', query))['errcode']
  expect(await of({})).toBe(41002)
  expect(await of({ appid, grant_type })).toBe(41004)
  expect(await of({ appid, secret, grant_type })).toBe(41008)
})

test('a code of one app is nothing to another', async () => {
  const app = await control('app', { appid: 'wx6666666666666666' })
  const code = await codeOf()
  const other = { appid: String(app['appid']), secret: String(app['secret']) }
  expect(await exchange(code, other)).toMatchObject({ errcode: 40029 })
})

test('an access token ends, and the refresh token gets another until it ends itself', async () => {
  const tokens = await exchange(await codeOf())
  const [access_token = '', openid = ''] = texts(tokens, 'access_token', 'openid')
  await control('expire', { what: 'accessTokens' })
  expect(await sns('/userinfo', { access_token, openid })).toMatchObject({ errcode: 42001 })
  const again = { appid: account().appid, grant_type: 'refresh_token' }
  const refresh_token = String(tokens['refresh_token'])
  const fresh = await sns('/oauth2/refresh_token', { ...again, refresh_token })
  expect(fresh).toMatchObject({ openid, refresh_token, expires_in: 7_200 })
  const token = { access_token: String(fresh['access_token']), openid }
  expect(await sns('/auth', token)).toMatchObject({ errcode: 0 })
  await control('expire', { what: 'refreshTokens' })
  const late = await sns('/oauth2/refresh_token', { ...again, refresh_token })
  expect(late).toMatchObject({ errcode: 42002 })
  const unknown = await sns('/oauth2/refresh_token', { ...again, refresh_token: 'x' })
  expect(unknown).toMatchObject({ errcode: 40030 })
})

test('a token tells about its own person alone', async () => {
  const ada = await exchange(await codeOf('ada'))
  const bob = await exchange(await codeOf('bob'))
  const access_token = String(ada['access_token'])
  const openid = String(bob['openid'])
  expect(await sns('/userinfo', { access_token, openid })).toMatchObject({ errcode: 40003 })
  expect(await sns('/userinfo', { access_token: 'x', openid })).toMatchObject({ errcode: 40001 })
})

test('the platform may be busy', async () => {
  const code = await codeOf()
  await control('busy', { times: 1 })
  expect(await exchange(code)).toMatchObject({ errcode: -1 })
  expect(await exchange(code)).toMatchObject({ expires_in: 7_200 })
})
