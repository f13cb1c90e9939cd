import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { LabRequest } from '../kit/provider.ts'
import { type Answer, refuse } from './answer.ts'
import { newId } from './books.ts'

const LIFE_S = 32_400

/** Tokens in use. Each lives nine hours, unless the lab ends them all. */
export interface Tokens {
  readonly grant: (request: LabRequest) => Answer
  /** Undefined where the caller may come in. */
  readonly refusal: (authorization: string | undefined) => Answer | undefined
  readonly expire: () => number
}

export function openTokens(
  app: { readonly clientId: string; readonly clientSecret: string },
  now: () => number,
): Tokens {
  const endings = new Map<string, number>()
  const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')
  return {
    grant: ({ headers, body }) => {
      const [, said = ''] = headers['authorization']?.match(/^Basic (\S+)$/i) ?? []
      if (!isSame(said, basic)) return oauth(401, 'invalid_client', 'Client Authentication failed')
      const form = new URLSearchParams(body.toString('utf8'))
      if (form.get('grant_type') !== 'client_credentials')
        return oauth(400, 'unsupported_grant_type', 'Grant Type is NULL or not supported')
      const token = `A21AA${randomBytes(60).toString('base64url')}`
      endings.set(token, now() + LIFE_S * 1000)
      return {
        status: 200,
        body: {
          scope:
            'https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/reporting/search/read',
          access_token: token,
          token_type: 'Bearer',
          app_id: 'APP-80W284485P519543T',
          expires_in: LIFE_S,
          nonce: `${new Date(now()).toISOString()}${newId(20)}`,
        },
      }
    },
    refusal: (authorization) => {
      const [, token = ''] = authorization?.match(/^Bearer (\S+)$/i) ?? []
      if (token === '') return refuse(401)
      const end = endings.get(token)
      return end !== undefined && now() < end
        ? undefined
        : oauth(401, 'invalid_token', 'Token signature verification failed')
    },
    expire: () => {
      const count = endings.size
      endings.clear()
      return count
    },
  }
}

const oauth = (status: number, error: string, error_description: string): Answer => ({
  status,
  body: { error, error_description },
})

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
