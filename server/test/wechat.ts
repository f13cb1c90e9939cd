import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** Somebody with WeChat on a telephone. */
export interface Scanner {
  readonly openid: string
  readonly unionid?: string
  readonly nickname?: string
}

export interface WechatStandIn {
  readonly baseUrl: string
  /** Scans the QR code behind this address and confirms; where WeChat then sends the browser. */
  scan(qrUrl: string, who: Scanner): string
  deny(qrUrl: string): string
  /** The same callback, its code used up or forgotten by WeChat. */
  spend(callback: string): string
  forget(callback: string): string
  /** The next call of this path is answered so instead. */
  answerNext(path: string, answer: (reply: ServerResponse) => void): void
  /** Every secret that it gave out or was told, for those who look for them where they must not be. */
  readonly secrets: Set<string>
  readonly asked: string[]
  close(): Promise<void>
}

export const APP_SECRET = 'the-secret-of-the-website-app'

/** As much of WeChat as signing in needs: one-time codes, an errcode with status 200, JSON that is called text. */
export async function wechatStandIn(): Promise<WechatStandIn> {
  const codes = new Map<string, { appid: string; who: Scanner; used: boolean }>()
  const tokens = new Map<string, Scanner>()
  const instead = new Map<string, (reply: ServerResponse) => void>()
  const secrets = new Set<string>()
  const asked: string[] = []
  let made = 0
  const fresh = (kind: string) => {
    made += 1
    const secret = `${kind}-of-wechat-${made}-abcdefghijkl`
    secrets.add(secret)
    return secret
  }
  const ticketFor = (query: URLSearchParams): object => {
    const code = codes.get(query.get('code') ?? '')
    if (query.get('secret') !== APP_SECRET) return { errcode: 40125, errmsg: 'invalid appsecret' }
    if (!code || code.appid !== query.get('appid'))
      return { errcode: 40029, errmsg: 'invalid code' }
    if (code.used) return { errcode: 40163, errmsg: 'code been used' }
    code.used = true
    const access_token = fresh('access')
    tokens.set(access_token, code.who)
    const { openid, unionid } = code.who
    const common = { openid, expires_in: 7200, scope: 'snsapi_login', ...(unionid && { unionid }) }
    return { access_token, refresh_token: fresh('refresh'), ...common }
  }
  const profileFor = (query: URLSearchParams): object => {
    const who = tokens.get(query.get('access_token') ?? '')
    if (!who || who.openid !== query.get('openid')) return { errcode: 40001, errmsg: 'invalid' }
    return { nickname: 'Ada', headimgurl: 'https://thirdwx.qlogo.cn/x', privilege: [], ...who }
  }
  const server = createServer((request, reply) => {
    const url = new URL(request.url ?? '', 'http://wechat')
    asked.push(url.pathname)
    const answer = instead.get(url.pathname)
    instead.delete(url.pathname)
    if (answer) return answer(reply)
    const isTicket = url.pathname === '/sns/oauth2/access_token'
    const json = isTicket ? ticketFor(url.searchParams) : profileFor(url.searchParams)
    reply.setHeader('content-type', 'text/plain')
    reply.end(JSON.stringify(json))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const back = (qrUrl: string, code?: string) => {
    const { searchParams } = new URL(qrUrl)
    const callback = new URL(searchParams.get('redirect_uri') ?? '')
    if (code !== undefined) callback.searchParams.set('code', code)
    secrets.add(searchParams.get('state') ?? '')
    callback.searchParams.set('state', searchParams.get('state') ?? '')
    return callback.pathname + callback.search
  }
  const codeOf = (callback: string) => new URLSearchParams(callback.split('?')[1]).get('code') ?? ''
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    scan: (qrUrl, who) => {
      const code = fresh('code')
      codes.set(code, { appid: new URL(qrUrl).searchParams.get('appid') ?? '', who, used: false })
      secrets.add(who.openid)
      if (who.unionid) secrets.add(who.unionid)
      return back(qrUrl, code)
    },
    deny: (qrUrl) => back(qrUrl),
    spend: (callback) => {
      const code = codes.get(codeOf(callback))
      if (code) code.used = true
      return callback
    },
    forget: (callback) => {
      codes.delete(codeOf(callback))
      return callback
    },
    answerNext: (path, answer) => instead.set(path, answer),
    ...{ secrets, asked },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

let scanners = 0

/** Somebody nobody has seen yet. */
export const newScanner = (more: Partial<Scanner> = {}): Scanner => {
  scanners += 1
  const unionid = `oUnion-${scanners}-mnopqrstuvwx`
  return { openid: `oOpenid-${scanners}-abcdefghijkl`, unionid, ...more }
}

/** What the browser is told on the page it is led to, if anything went wrong. */
export const problemIn = ({ headers }: Pick<LightMyRequestResponse, 'headers'>): string | null =>
  new URL(String(headers.location)).searchParams.get('problem')

/** A house whose WeChat is this one. */
export const wechatEnv = ({ baseUrl }: { readonly baseUrl: string }, appid: string) => ({
  TONGBAO_WECHAT_LOGIN_APPID: appid,
  TONGBAO_WECHAT_LOGIN_SECRET: APP_SECRET,
  TONGBAO_WECHAT_LOGIN_OPEN_URL: baseUrl,
  TONGBAO_WECHAT_LOGIN_API_URL: baseUrl,
})

let addresses = 0

/** A browser: keeps cookies, follows nothing, and says which page it is on. */
export function openBrowser(http: () => FastifyInstance, origin = 'http://localhost:7300') {
  const jar = new Map<string, string>()
  addresses += 1
  const ip = `10.200.${addresses >> 8}.${addresses & 255}`
  const call = async (
    method: 'GET' | 'POST',
    url: string,
    body?: object,
  ): Promise<LightMyRequestResponse> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await http().inject({
      ...{ method, url, remoteAddress: ip },
      headers: { ...(cookie && { cookie }), ...(method === 'POST' && { origin }) },
      ...(body && { payload: body }),
    })
    for (const line of [reply.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return reply
  }
  return {
    jar,
    get: (url: string) => call('GET', url),
    post: (path: string, body: object = {}) => call('POST', `/api/v1/auth/${path}`, body),
    /** The page with the QR code, begun in this browser. */
    start: async (wish: object = {}): Promise<string> =>
      (await call('POST', '/api/v1/auth/wechat/start', wish)).json().url,
    /** Who is signed in here, if anybody. */
    me: async (): Promise<{ id: string; name: string; email: string | null } | undefined> =>
      (await call('GET', '/api/v1/sessions/me')).json().user,
  }
}
export type Browser = ReturnType<typeof openBrowser>
