import Stripe from 'stripe'
import type { Static, TSchema } from 'typebox'
import { type Answered, type Ask, type Ground, no, type Said, unknown, yes } from '../../channel.ts'
import { readAs } from '../shape.ts'
import { ANSWER_BYTES_MAX, ASK_TIMEOUT_MS } from './limits.ts'
import type { StripeAccount } from './settings.ts'

export type { Stripe } from 'stripe'

const BASE_URL = 'https://api.stripe.com'

/** The official library, on our own way out. It keeps nothing, so there is one for each call. */
export const openClient = ({ ask }: Ground, { settings, secrets }: StripeAccount): Stripe =>
  new Stripe(secrets.secret_key, {
    apiVersion: '2026-10-28.endive',
    httpClient: over(ask, settings.base_url ?? BASE_URL),
    timeout: ASK_TIMEOUT_MS,
    // Whoever wants to try again does so under the same number, and knows that it is again.
    maxNetworkRetries: 0,
    // It would write an id of this machine into the home folder and send it along.
    telemetry: false,
  })

/** Asks, and reads what comes back as what was asked for: an answer of another shape says nothing. */
export async function asking<T extends TSchema>(
  shape: T,
  call: () => Promise<unknown>,
): Promise<Said<Static<T>>> {
  try {
    const value = readAs(shape, await call())
    return value === undefined ? unknown('answer_unreadable') : yes(value)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return whatCameOf(error)
    throw error
  }
}

/**
 * A refusal is the end of it only where Stripe has looked at the request itself. Whom it did not let in, or made wait,
 * learns nothing of what became of the same number before; nor does who used a number for two things.
 */
function whatCameOf(error: Stripe.errors.StripeError): Said<never> {
  const { statusCode = 0, code, decline_code: decline } = error
  if (![400, 402, 404].includes(statusCode) || error.type === 'StripeIdempotencyError')
    return unknown(statusCode === 0 ? 'no_answer' : `answered_${statusCode}`)
  // What Stripe leaves out the library fills with nothing.
  const word = (decline === 'authentication_required' ? decline : code) || error.rawType
  return no(word ?? 'refused', decline || word || 'refused')
}

type HttpClient = NonNullable<NonNullable<ConstructorParameters<typeof Stripe>[1]>['httpClient']>

const over = (ask: Ask, base: string): HttpClient => ({
  getClientName: () => 'ask',
  makeRequest: async (_host, _port, path, method, headers, body) => {
    const answered = await ask({
      method: method as 'GET' | 'POST' | 'DELETE',
      url: base + path,
      headers: Object.fromEntries(
        Object.entries(headers)
          .filter(([name]) => name.toLowerCase() !== 'content-length')
          .map(([name, value]) => [name, String(value)]),
      ),
      ...(method === 'POST' && { body }),
      bytesMax: ANSWER_BYTES_MAX,
    })
    if (answered.lost) throw new Error(answered.why)
    return {
      getStatusCode: () => answered.status,
      getHeaders: () => Object.fromEntries(answered.headers),
      getRawResponse: () => ({}),
      toStream: () => null,
      toJSON: async () => objectIn(answered),
    }
  },
})

/** The library takes what has no `error` for what was asked for, whatever the status, and falls over a bare number. */
function objectIn({ status, body }: Answered & { lost: false }): object {
  const unchecked: unknown = JSON.parse(body.toString('utf8'))
  if (typeof unchecked !== 'object' || unchecked === null) throw new Error('no object')
  if (status >= 300 && !('error' in unchecked && typeof unchecked.error === 'object'))
    throw new Error('an error without its object')
  return unchecked
}
