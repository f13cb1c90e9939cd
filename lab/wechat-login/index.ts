import type { Json, Kit, LabReply, LabRequest, Provider } from '../kit/provider.ts'
import { allow, connectPage, deny, openScan } from './connect.ts'
import { newSecret, openPlatform, type Platform } from './platform.ts'
import { answerTokens } from './tokens.ts'

const APPID = 'wx7777777777777777'
const LOOPBACK = ['127.0.0.1', 'localhost']
const EXPIRING = ['codes', 'accessTokens', 'refreshTokens'] as const

/** Sign-in with WeChat for websites: the Open Platform, with one app to begin with. */
export async function openWechatLogin(kit: Kit): Promise<Provider> {
  const platform = openPlatform(kit)
  const app = { appid: APPID, secret: newSecret(16), domains: LOOPBACK }
  platform.apps.set(APPID, app)
  return {
    name: 'wechat-login',
    handle: async (request) => answer(platform, request),
    controls: controlsOf(platform),
    account: (baseUrl) => ({
      settings: { open_url: baseUrl, api_url: baseUrl, appid: APPID },
      secrets: { app_secret: app.secret },
    }),
    books: () => [],
  }
}

/** JSON that calls itself text. */
function answer(platform: Platform, { method, url }: LabRequest): LabReply {
  const headers = { 'content-type': 'text/plain' }
  if (method !== 'GET') return { status: 405, headers, body: '' }
  if (url.pathname === '/connect/qrconnect') return connectPage(platform, url)
  const value = answerTokens(platform, url.pathname, url.searchParams)
  return { status: value ? 200 : 404, headers, body: JSON.stringify(value ?? {}) }
}

function controlsOf(platform: Platform): Provider['controls'] {
  return {
    /** By the ticket of a page, or by the address the app sends people to. */
    allow: async (input) => {
      const user = textOf(input, 'user', 'ada')
      return { location: allow(platform, ticketOf(platform, input), user) }
    },
    deny: async (input) => ({ location: deny(platform, ticketOf(platform, input)) }),
    unionid: async ({ on }) => {
      if (typeof on !== 'boolean') throw new Error('on: true or false')
      platform.hasUnionid = on
      return { on }
    },
    busy: async ({ times }) => {
      if (!Number.isInteger(times)) throw new Error('times: a whole number')
      platform.busy = Number(times)
      return { times }
    },
    expire: async ({ what }) => {
      const kind = EXPIRING.find((one) => one === what)
      if (!kind) throw new Error(`what: one of ${EXPIRING.join(', ')}`)
      for (const one of platform[kind].values()) one.expiresAt = platform.kit.now()
      return { expired: platform[kind].size }
    },
    /** Another app of the same owner, to which the same people have other openids. */
    app: async (input) => {
      const appid = textOf(input, 'appid')
      const domain = textOf(input, 'domain', '')
      const domains = domain === '' ? LOOPBACK : [...LOOPBACK, domain]
      const app = { appid, secret: newSecret(16), domains }
      platform.apps.set(appid, app)
      return { ...app }
    },
  }
}

function ticketOf(platform: Platform, input: Json): string {
  if (input['url'] === undefined) return textOf(input, 'ticket')
  const address = textOf(input, 'url')
  if (!URL.canParse(address)) throw new Error('url: the address of the page is wanted')
  const ticket = openScan(platform, new URL(address))
  if (typeof ticket !== 'string') throw new Error(ticket.wrong)
  return ticket
}

function textOf(input: Json, name: string, usual?: string): string {
  const value = input[name] ?? usual
  if (typeof value !== 'string') throw new Error(`${name}: a text is wanted`)
  return value
}
