import type { Log } from '#kernel/log'
import { done, type Outcome } from '#kernel/outcome'
import { WECHAT_ANSWER_BYTES_MAX, WECHAT_ANSWERS_WITHIN_MS } from './limits.ts'
import { identity } from './refusals.ts'
import { errcodeIn, parseProfile, parseTicket, type WechatPerson } from './wechat-person.ts'

/** One website app of the WeChat Open Platform. */
export interface WechatLogin {
  readonly appid: string
  readonly secret: string
  /** Where people scan, and where we ask: origins, so that a stand-in can take their place. */
  readonly openUrl: string
  readonly apiUrl: string
}

/** The page with the QR code, and after the scan the browser is back with a code and this state. */
export const qrPage = (
  { appid, openUrl }: WechatLogin,
  to: { readonly redirectUri: string; readonly state: string; readonly language: string },
): string => {
  const query = new URLSearchParams({
    appid,
    redirect_uri: to.redirectUri,
    response_type: 'code',
    scope: 'snsapi_login',
    state: to.state,
    lang: to.language === 'en' ? 'en' : 'cn',
  })
  return `${openUrl}/connect/qrconnect?${query}#wechat_redirect`
}

type No = 'wechat_refused' | 'wechat_unavailable'

// An unknown, a used, a missing and an old code. All others are troubles of ours or of WeChat: the person did nothing wrong.
const CODE_REFUSED: ReadonlySet<number> = new Set([40029, 40163, 41008, 42003])

interface Deps {
  readonly wechat: WechatLogin
  readonly log: Log
}

/** Exchanges a code for who has scanned. It calls a stranger: outside of every transaction. */
export async function askWechat(deps: Deps, code: string): Promise<Outcome<WechatPerson, No>> {
  const { appid, secret } = deps.wechat
  const exchange = { appid, secret, code, grant_type: 'authorization_code' }
  const first = await get(deps, '/sns/oauth2/access_token', exchange)
  if (!first.ok) return first
  const ticket = parseTicket(first.value)
  if (!ticket) return unavailable(deps, 'ticket')
  const { accessToken, openid } = ticket
  const second = await get(deps, '/sns/userinfo', { access_token: accessToken, openid })
  if (!second.ok) return second
  const person = parseProfile(second.value, ticket)
  return person ? done(person) : unavailable(deps, 'profile')
}

type Fields = Readonly<Record<string, unknown>>

async function get(deps: Deps, path: string, query: object): Promise<Outcome<Fields, No>> {
  let text: string | undefined
  try {
    const response = await fetch(
      `${deps.wechat.apiUrl}${path}?${new URLSearchParams({ ...query })}`,
      {
        redirect: 'error', // the secret is in the address
        signal: AbortSignal.timeout(WECHAT_ANSWERS_WITHIN_MS),
      },
    )
    text = await textOf(response)
  } catch {
    return unavailable(deps, 'road') // its message may quote the address
  }
  // The type says text/plain as often as JSON.
  const answer = parseObject(text)
  if (!answer) return unavailable(deps, 'form')
  const errcode = errcodeIn(answer)
  if (errcode === undefined) return done(answer)
  return CODE_REFUSED.has(errcode)
    ? identity.no('wechat_refused')
    : unavailable(deps, `errcode_${errcode}`)
}

/** Its whole text, unless that is absurdly long. */
async function textOf({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.length
    if (bytes > WECHAT_ANSWER_BYTES_MAX) return undefined
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}

function parseObject(text: string | undefined): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined
  } catch {
    return undefined
  }
}

/** The operator is told which it was: a wrong secret (40125) looks like a busy WeChat to everybody else. */
function unavailable({ log }: Deps, why: string): Outcome<never, No> {
  log.warn({ module: 'identity', code: `wechat_${why}` }, 'WeChat did not say who has signed in')
  return identity.no('wechat_unavailable')
}
