import { no, type Said, unknown } from '../../channel.ts'
import { asObject, parseStrictJson } from '../../strict-json.ts'
import { type Desk, judgeMessage } from './judge-message.ts'
import { type Asking, momentAt, signedRequest } from './request-signature.ts'
import type { Merchant } from './settings.ts'

/** What WeChat has said to a request. */
export type Told =
  /** 200 or 204, and its signature verifies; an empty answer has no fields. */
  | { readonly told: 'done'; readonly fields: Readonly<Record<string, unknown>> }
  /** A 4xx in WeChat's own form, and its signature verifies. */
  | { readonly told: 'refused'; readonly code: string }
  /** Lost, broken, in trouble, too often, or not signed as it should be: whatever was asked may have happened. */
  | { readonly told: 'unclear'; readonly why: string }

const unclear = (why: string): Told => ({ told: 'unclear', why })

/** Whom WeChat cannot make out it refuses unsigned, and nobody else: what else comes unsigned may be anybody's. */
const UNRECOGNISED = 'SIGN_ERROR'

const CODE = /^[A-Z][A-Z0-9_]{1,63}$/
/** These say nothing about what was asked, whatever status they come with. */
const IN_TROUBLE: ReadonlySet<string> = new Set([
  'SYSTEM_ERROR',
  'SYSTEMERROR',
  'BANK_ERROR',
  'BANKERROR',
  'FREQUENCY_LIMITED',
  'FREQUENCY_LIMIT_EXCEED',
  'RATELIMIT_EXCEEDED',
  'RATELIMIT_EXCEED',
])

export async function call(desk: Desk, account: Merchant, asking: Asking): Promise<Told> {
  const request = signedRequest(account, asking, momentAt(desk.ground.now()))
  // Nothing was sent, but that it ever was is not for us to say.
  if (request === undefined) return unclear('account_unusable')
  const answered = await desk.ground.ask(request)
  if (answered.lost) return unclear(answered.why)
  const { status, headers, body } = answered
  const isDone = status === 200 || status === 204
  const isRefused = status >= 400 && status < 500 && status !== 429
  if (!isDone && !isRefused) return unclear(`status_${status}`)

  const header = (name: string) => headers.get(name) ?? undefined
  const judged = await judgeMessage(desk, account, { header, body })
  const fields = body.length === 0 ? {} : asObject(parseStrictJson(body))
  if (judged.verdict !== 'genuine')
    return status === 401 && judged.why === 'absent' && fields?.['code'] === UNRECOGNISED
      ? { told: 'refused', code: UNRECOGNISED }
      : unclear(`answer_${judged.verdict}_${judged.why}`)
  if (fields === undefined) return unclear('answer_malformed')
  return isDone ? { told: 'done', fields } : refused(status, fields)
}

function refused(status: number, { code }: Readonly<Record<string, unknown>>): Told {
  if (typeof code !== 'string' || !CODE.test(code)) return unclear(`status_${status}`)
  return IN_TROUBLE.has(code) ? unclear(code) : { told: 'refused', code }
}

/** Where a refusal is a refusal, and nothing else is to be said of it. */
export const saidOf = (told: Exclude<Told, { told: 'done' }>): Said<never> =>
  told.told === 'refused' ? no(told.code) : unknown(told.why)
