import type { Json } from '../kit/provider.ts'
import { keep, newSecret, openidOf, type Platform, type Token, unionidOf } from './platform.ts'

const ACCESS_S = 7_200
const REFRESH_MS = 30 * 86_400_000

/** Errors come with status 200, as everything does. */
const error = (errcode: number, errmsg: string): Json => ({ errcode, errmsg })

const SYSTEM_BUSY = error(-1, 'system error')
const INVALID_GRANT_TYPE = error(40002, 'invalid grant_type')

export function answerTokens(
  platform: Platform,
  pathname: string,
  query: URLSearchParams,
): Json | undefined {
  const answers: Record<string, (platform: Platform, query: URLSearchParams) => Json> = {
    '/sns/oauth2/access_token': exchange,
    '/sns/oauth2/refresh_token': refresh,
    '/sns/auth': checkToken,
    '/sns/userinfo': describe,
  }
  const answer = Object.hasOwn(answers, pathname) ? answers[pathname] : undefined
  if (!answer) return undefined
  if (platform.busy === 0) return answer(platform, query)
  platform.busy -= 1
  return SYSTEM_BUSY
}

/** A code for tokens, once. */
function exchange(platform: Platform, query: URLSearchParams): Json {
  const appid = query.get('appid')
  if (appid === null) return error(41002, 'appid missing')
  const app = platform.apps.get(appid)
  if (!app) return error(40013, 'invalid appid')
  const secret = query.get('secret')
  if (secret === null) return error(41004, 'appsecret missing')
  if (secret !== app.secret) return error(40125, 'invalid appsecret')
  if (query.get('grant_type') !== 'authorization_code') return INVALID_GRANT_TYPE
  const given = query.get('code')
  if (given === null) return error(41008, 'missing code')
  const code = platform.codes.get(given)
  if (!code || code.appid !== appid) return error(40029, 'invalid code')
  if (code.used) return error(40163, 'code been used')
  if (code.expiresAt <= platform.kit.now()) return error(42003, 'oauth_code expired')
  code.used = true
  const { user } = code
  const refreshToken = newSecret(32)
  const expiresAt = platform.kit.now() + REFRESH_MS
  keep(platform.refreshTokens, refreshToken, { appid, user, expiresAt })
  return { ...grant(platform, { appid, user }, refreshToken), ...unionid(platform, user) }
}

/** A new access token under the old refresh token, which lives no longer for that. */
function refresh(platform: Platform, query: URLSearchParams): Json {
  const appid = query.get('appid')
  if (appid === null) return error(41002, 'appid missing')
  if (query.get('grant_type') !== 'refresh_token') return INVALID_GRANT_TYPE
  const given = query.get('refresh_token') ?? ''
  const token = platform.refreshTokens.get(given)
  if (!token || token.appid !== appid) return error(40030, 'invalid refresh_token')
  if (token.expiresAt <= platform.kit.now()) return error(42002, 'refresh_token expired')
  return grant(platform, token, given)
}

function grant(
  platform: Platform,
  { appid, user }: Pick<Token, 'appid' | 'user'>,
  refreshToken: string,
): Json {
  const accessToken = newSecret(32)
  const expiresAt = platform.kit.now() + ACCESS_S * 1_000
  keep(platform.accessTokens, accessToken, { appid, user, expiresAt })
  return {
    access_token: accessToken,
    expires_in: ACCESS_S,
    refresh_token: refreshToken,
    openid: openidOf(appid, user),
    scope: 'snsapi_login',
  }
}

function checkToken(platform: Platform, query: URLSearchParams): Json {
  const read = readToken(platform, query)
  return 'refused' in read ? read.refused : error(0, 'ok')
}

function describe(platform: Platform, query: URLSearchParams): Json {
  const read = readToken(platform, query)
  if ('refused' in read) return read.refused
  const { appid, user } = read.token
  return {
    openid: openidOf(appid, user),
    nickname: user,
    ...{ sex: 0, province: '', city: '', country: '' },
    headimgurl: '',
    privilege: [],
    ...unionid(platform, user),
  }
}

function readToken(
  platform: Platform,
  query: URLSearchParams,
): { readonly token: Token } | { readonly refused: Json } {
  const token = platform.accessTokens.get(query.get('access_token') ?? '')
  if (!token) return { refused: error(40001, 'invalid credential') }
  if (token.expiresAt <= platform.kit.now())
    return { refused: error(42001, 'access_token expired') }
  if (query.get('openid') !== openidOf(token.appid, token.user))
    return { refused: error(40003, 'invalid openid') }
  return { token }
}

const unionid = ({ hasUnionid }: Platform, user: string): Json =>
  hasUnionid ? { unionid: unionidOf(user) } : {}
