import type { Static, TSchema } from 'typebox'
import { sha256 } from '#kernel/crypto'
import {
  type Answered,
  type Ground,
  no,
  type Request,
  type Said,
  unknown,
  yes,
} from '../../channel.ts'
import { readAs } from '../shape.ts'
import { openShelf } from '../shelf.ts'
import { TOKEN_EARLY_S, TOKENS_KEPT_MAX } from './limits.ts'
import { baseUrlOf, type PaypalAccount } from './settings.ts'
import { Failure, Token } from './shapes.ts'

interface Question {
  readonly method: Request['method']
  readonly path: string
  readonly body?: unknown
  /** The same again is the same thing, not another one. */
  readonly requestId?: string
  readonly bytesMax?: number
}

/** A thin client: it knows how to be let in, and what an answer means. */
export interface Client {
  ask<T extends TSchema>(
    account: PaypalAccount,
    question: Question,
    shape: T,
  ): Promise<Said<Static<T>>>
}

interface Pass {
  readonly token: string
  readonly freshUntilMs: number
}

export function openClient(ground: Ground): Client {
  const passes = openShelf<Said<Pass>>(TOKENS_KEPT_MAX)

  const passOf = (account: PaypalAccount, spent?: string): Promise<Said<Pass>> =>
    passes.take(
      whoIs(account),
      () => fetchPass(ground, account),
      (said) =>
        said.said === 'yes' && said.value.token !== spent && said.value.freshUntilMs > ground.now(),
    )

  async function knock(account: PaypalAccount, question: Question, pass: Pass): Promise<Answered> {
    const { method, path, body, requestId, bytesMax } = question
    return ground.ask({
      method,
      url: baseUrlOf(account) + path,
      headers: {
        authorization: `Bearer ${pass.token}`,
        accept: 'application/json',
        'content-type': 'application/json',
        prefer: 'return=representation',
        ...(requestId !== undefined && { 'paypal-request-id': requestId }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(bytesMax !== undefined && { bytesMax }),
    })
  }

  return {
    ask: async (account, question, shape) => {
      const pass = await passOf(account)
      if (pass.said !== 'yes') return pass
      const answered = await knock(account, question, pass.value)
      if (answered.lost || answered.status !== 401) return meaningOf(answered, shape)
      // It was taken back before its time. Another one that does not help either is the account's fault.
      const another = await passOf(account, pass.value.token)
      if (another.said !== 'yes') return another
      return meaningOf(await knock(account, question, another.value), shape)
    },
  }
}

const whoIs = (account: PaypalAccount): string =>
  sha256(
    JSON.stringify([baseUrlOf(account), account.secrets.client_id, account.secrets.client_secret]),
  ).toString('hex')

async function fetchPass(ground: Ground, account: PaypalAccount): Promise<Said<Pass>> {
  const { client_id: id, client_secret: secret } = account.secrets
  const answered = await ground.ask({
    method: 'POST',
    url: `${baseUrlOf(account)}/v1/oauth2/token`,
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  })
  const said = meaningOf(answered, Token)
  // Who is not let in has not been refused what it came for: of that nobody has heard.
  if (said.said !== 'yes') return unknown(said.said === 'no' ? `token_${said.code}` : said.why)
  const { access_token: token, expires_in: seconds } = said.value
  const freshForS = Math.max(seconds - TOKEN_EARLY_S, seconds / 2)
  return yes({ token, freshUntilMs: ground.now() + freshForS * 1_000 })
}

/**
 * A refusal is the end of it only where PayPal has looked at the request itself. Whom it did not let in, or made wait,
 * learns nothing of what became of the same number before.
 */
function meaningOf<T extends TSchema>(answered: Answered, shape: T): Said<Static<T>> {
  if (answered.lost) return unknown(answered.why)
  const { status, body } = answered
  const unchecked = jsonIn(body)
  if (status >= 200 && status < 300) {
    const value = readAs(shape, unchecked)
    return value === undefined ? unknown('answer_unreadable') : yes(value)
  }
  if (![400, 404, 422].includes(status)) return unknown(`answered_${status}`)
  const failure = readAs(Failure, unchecked)
  const word = failure?.details?.[0]?.issue ?? failure?.name ?? ''
  return no(/^[A-Z0-9_]{1,80}$/.test(word) ? word.toLowerCase() : `refused_${status}`)
}

/** Nothing at all reads as null, as after a change that has no answer. */
function jsonIn(body: Buffer): unknown {
  if (body.length === 0) return null
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
