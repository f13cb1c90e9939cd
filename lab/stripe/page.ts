import type { Stripe } from 'stripe'
import { pageOf as htmlOf, safe } from '../kit/page.ts'
import type { LabReply, LabRequest } from '../kit/provider.ts'
import { html } from '../kit/serve.ts'
import type { Books } from './books.ts'
import type { Merchant } from './merchant.ts'
import { expireWhereDue, WAYS, type Way } from './pay-session.ts'
import { isOffered, shown } from './waiting.ts'

const PAGE = '/__lab/stripe/checkout/'

/** Where the payer of a session goes. */
export const pageOf = (id: string): string => `${PAGE}${id}`

/** Back to the shop, with the session's id in its place. */
export const shopOf = ({ id, success_url }: Stripe.Checkout.Session): string =>
  new URL((success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', id)).href

const WORDS: Readonly<Record<Way, string>> = {
  card: 'Pay by card',
  asks: 'Pay with a card that asks its owner each time',
  declined: 'Pay with a card that is declined',
  delayed: 'Pay in a way that takes days',
}

/** The hosted page: what a payer can do, as buttons that are controls. Undefined for any other address. */
export function hostedPage(merchant: Merchant, { url, method }: LabRequest): LabReply | undefined {
  if (method !== 'GET' || !url.pathname.startsWith(PAGE)) return undefined
  const { books } = merchant
  const session = books.sessions.get(url.pathname.slice(PAGE.length))
  if (!session) return page(404, '<p>There is no such session.</p>')
  expireWhereDue(merchant, session)
  const lines = books.plans.get(session.id)?.lines ?? []
  const back = session.cancel_url
  const state = [session.status, session.payment_status].map((one) => safe(one ?? '')).join(', ')
  return page(
    200,
    `${url.searchParams.has('declined') ? '<p role="alert">Your card was declined.</p>' : ''}
<ul>${lines.map(({ description }) => `<li>${safe(description ?? '')}</li>`).join('')}</ul>
<p>${shown(session.amount_total ?? 0, session.currency ?? '')}, ${state}</p>
${buttonsOf(books, session)}
${back === null ? '' : `<p><a href="${safe(back)}">Back to the shop</a></p>`}`,
  )
}

function buttonsOf(books: Books, session: Stripe.Checkout.Session): string {
  if (session.status === 'open')
    return form(
      'pay',
      { session: session.id },
      'way',
      WAYS.filter((way) => isOffered(session, way)).map((way) => [way, WORDS[way]]),
    )
  const intent = books.intents.get(String(session.payment_intent))
  if (intent?.status !== 'processing') return ''
  return form('settle', { payment_intent: intent.id, next: pageOf(session.id) }, 'outcome', [
    ['succeeded', 'The bank pays'],
    ['failed', 'The bank refuses'],
  ])
}

const form = (
  control: string,
  fields: Readonly<Record<string, string>>,
  choice: string,
  buttons: readonly (readonly [string, string])[],
): string => `<form method="post" action="/__lab/stripe/${control}">
${Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${safe(value)}">`)
  .join('')}
${buttons.map(([value, words]) => `<button name="${choice}" value="${value}">${words}</button>`).join('\n')}
</form>`

const page = (status: number, body: string): LabReply =>
  html(htmlOf('Stripe, in the lab', body), status)
