import type { Language } from '#kernel/refusals'
import { NAME_LETTERS_MAX } from './limits.ts'

/** Somebody as WeChat named them to us; nothing of it ever comes from a browser. */
export interface WechatPerson {
  /** Who they are to this app. */
  readonly openid: string
  /** Who they are to every app of the same owner, where WeChat says it. */
  readonly unionid: string | undefined
  /** Untrusted text. */
  readonly nickname: string
}

/** What a code was exchanged for. The access token lives as long as the call; the refresh token is not even read. */
export interface Ticket {
  readonly accessToken: string
  readonly openid: string
  readonly unionid: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** WeChat says "no" with status 200 and an `errcode`; 0 is none. */
export const errcodeIn = (answer: Fields): number | undefined => {
  const code = answer['errcode']
  if (code === undefined || code === 0) return undefined
  return typeof code === 'number' ? code : Number.NaN
}

// What a column takes and a log may not show: WeChat's own ids are of these letters, 28 of them today.
const ID = /^[\w-]{1,128}$/
const idIn = (answer: Fields, name: string): string | undefined => {
  const unchecked = answer[name]
  return typeof unchecked === 'string' && ID.test(unchecked) ? unchecked : undefined
}

const TOKEN = /^[\x21-\x7e]{1,2048}$/

export function parseTicket(answer: Fields): Ticket | undefined {
  const openid = idIn(answer, 'openid')
  const accessToken = answer['access_token']
  if (openid === undefined || typeof accessToken !== 'string' || !TOKEN.test(accessToken))
    return undefined
  if (!saysNothing(answer['unionid']) && idIn(answer, 'unionid') === undefined) return undefined
  return { accessToken, openid, unionid: idIn(answer, 'unionid') }
}

/** The person of this ticket; undefined where WeChat speaks of somebody else than a moment before. */
export function parseProfile(answer: Fields, ticket: Ticket): WechatPerson | undefined {
  if (idIn(answer, 'openid') !== ticket.openid) return undefined
  const said = answer['unionid']
  const unionid = saysNothing(said) ? ticket.unionid : idIn(answer, 'unionid')
  if (!saysNothing(said) && unionid === undefined) return undefined
  if (ticket.unionid !== undefined && unionid !== ticket.unionid) return undefined
  const nickname = answer['nickname']
  return { openid: ticket.openid, unionid, nickname: typeof nickname === 'string' ? nickname : '' }
}

const saysNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === ''

const STRANGER: Readonly<Record<Language, string>> = { en: 'WeChat user', 'zh-CN': '微信用户' }
// Direction marks and other invisible letters turn a name into another one on a screen; emoji need the joiner.
const INVISIBLE = /(?!\u200d)\p{Cf}/gu
const NO_NAME = /[\p{Cc}\p{Zl}\p{Zp}<>]|:\/\/|www\./giu

/** A nickname as a name of ours: of one line, short, and unable to say something of its own in a letter. */
export function nameOf(nickname: string, language: Language): string {
  const plain = nickname
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(NO_NAME, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return [...plain].slice(0, NAME_LETTERS_MAX).join('').trim() || STRANGER[language]
}

/** One of the names under which an account is found again. */
export interface WechatKey {
  readonly provider: string
  readonly account: string
}

export interface HeldKey extends WechatKey {
  readonly personId: string
}

export const WECHAT = 'wechat'

/** The stronger one first: who they are to the owner of the app, then who they are to the app. */
export const keysOf = (appid: string, { openid, unionid }: WechatPerson): readonly WechatKey[] => [
  ...(unionid === undefined ? [] : [{ provider: WECHAT, account: unionid }]),
  { provider: `${WECHAT}:${appid}`, account: openid },
]

/**
 * Whose keys these are, and which of them nobody holds yet. Two people hold them where somebody came without a unionid
 * first and by another app with one since: the unionid decides then, and the other one is named.
 */
export function whose(
  keys: readonly WechatKey[],
  held: readonly HeldKey[],
): {
  readonly personId: string | undefined
  readonly alsoHeldBy: string | undefined
  readonly free: readonly WechatKey[]
} {
  const holderOf = ({ provider, account }: WechatKey) =>
    held.find((one) => one.provider === provider && one.account === account)?.personId
  const holders = keys.map(holderOf)
  const personId = holders.find((holder) => holder !== undefined)
  return {
    personId,
    alsoHeldBy: holders.find((holder) => holder !== undefined && holder !== personId),
    free: keys.filter((key) => holderOf(key) === undefined),
  }
}
