import type { Stripe } from 'stripe'
import { type Answer, type Fault, invalid, missing, ok, refuse } from './answer.ts'
import { newId, type Plan } from './books.ts'
import { type Merchant, secondsOf } from './merchant.ts'
import { pageOf } from './page.ts'
import type { Params } from './params.ts'
import { newSessionId } from './pay-session.ts'
import { isPayable, newSession, offeredIn, type SessionDraft } from './session.ts'

const LIFE_S_MIN = 30 * 60
const LIFE_S_MAX = 24 * 3600
/** Both clocks may be off by a little, and the request took its time. */
const LIFE_S_SLACK = 5
const REFERENCE_LETTERS_MAX = 200
const LINES_MAX = 100
const DESCRIPTOR_LETTERS_MAX = 22

export function createSession(merchant: Merchant, params: Params): Answer {
  const now = secondsOf(merchant.kit)
  const lines = readLines(params)
  const draft = readDraft(merchant, params, lines, now)
  const plan = readPlan(params, lines, draft)
  const fault = params.fault() ?? amountFault(draft) ?? customerFault(merchant, draft)
  if (fault) return refuse(fault)
  const session = newSession(draft)
  merchant.books.sessions.set(session.id, session)
  merchant.books.plans.set(session.id, plan)
  return ok(session)
}

function readDraft(
  merchant: Merchant,
  params: Params,
  lines: readonly Stripe.LineItem[],
  now: number,
): SessionDraft {
  const id = newSessionId()
  const currency = lines[0]?.currency ?? ''
  const allowed = params.texts('allowed_payment_method_types')
  const excluded = params.texts('excluded_payment_method_types') ?? []
  only(params, 'mode', params.needText('mode'), 'payment')
  only(params, 'ui_mode', params.text('ui_mode'), 'hosted_page')
  return {
    id,
    created: now,
    expiresAt: readExpiry(params, now),
    amount: lines.reduce((sum, line) => sum + line.amount_total, 0),
    currency,
    url: `${merchant.origin}${pageOf(id)}`,
    methodTypes: offeredIn(currency, allowed, excluded),
    allowed: allowed ?? null,
    successUrl: params.needUrl('success_url'),
    cancelUrl: params.url('cancel_url'),
    reference: params.text('client_reference_id', REFERENCE_LETTERS_MAX),
    customer: params.text('customer'),
    customerEmail: params.text('customer_email'),
    customerCreation: params.oneOf('customer_creation', ['always', 'if_required']),
    ...readManners(params),
    metadata: params.metadata('metadata'),
  }
}

/** What Stripe knows and this lab does not play must not look as if it had been heard. */
function only(params: Params, name: string, said: string | undefined, played: string): void {
  if (said !== undefined && said !== played)
    params.blame(invalid(`This lab plays ${name}=${played} only.`, { param: name }))
}

/** Heard and shown again, or without effect on anybody who pays here. */
function readManners(params: Params): Pick<SessionDraft, 'locale' | 'submitType' | 'adaptive'> {
  return {
    locale: params.text('locale'),
    submitType: params.oneOf('submit_type', ['auto', 'book', 'donate', 'pay']),
    adaptive: params.group('adaptive_pricing').flag('enabled'),
  }
}

function readExpiry(params: Params, now: number): number {
  const expiresAt = params.integer('expires_at')
  if (expiresAt === undefined) return now + LIFE_S_MAX
  const life = expiresAt - now
  const edge =
    life < LIFE_S_MIN - LIFE_S_SLACK
      ? 'at least 30 minutes'
      : life > LIFE_S_MAX + LIFE_S_SLACK
        ? 'less than 24 hours'
        : undefined
  if (edge !== undefined)
    params.blame(
      invalid(`The \`expires_at\` timestamp must be ${edge} from Checkout Session creation.`, {
        param: 'expires_at',
      }),
    )
  return expiresAt
}

function readLines(params: Params): Stripe.LineItem[] {
  const lines = params.needList('line_items').map(readLine)
  if (lines.length === 0 || lines.length > LINES_MAX)
    params.blame(invalid('Invalid array', { param: 'line_items' }))
  if (new Set(lines.map(({ currency }) => currency)).size > 1)
    params.blame(invalid('All line items must have the same currency.', { param: 'line_items' }))
  return lines
}

function readLine(line: Params): Stripe.LineItem {
  const quantity = line.integer('quantity') ?? 1
  const price = line.group('price_data')
  const product = price.group('product_data')
  const amount = price.needInteger('unit_amount')
  const description = product.needText('name')
  product.text('description')
  product.metadata('metadata')
  const currency = price.needCurrency('currency')
  if (amount < 0 || quantity < 1)
    line.blame(invalid('Amounts are positive, and of something.', { param: 'line_items' }))
  return {
    id: newId('li_1', 23),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount * quantity,
    amount_tax: 0,
    amount_total: amount * quantity,
    currency,
    description,
    metadata: {},
    price: null,
    quantity,
  }
}

function readPlan(params: Params, lines: readonly Stripe.LineItem[], draft: SessionDraft): Plan {
  const data = params.group('payment_intent_data')
  return {
    lines,
    intent: {
      amount: draft.amount,
      currency: draft.currency,
      description: data.text('description'),
      descriptor: data.text('statement_descriptor', DESCRIPTOR_LETTERS_MAX),
      descriptorSuffix: data.text('statement_descriptor_suffix', DESCRIPTOR_LETTERS_MAX),
      receiptEmail: data.text('receipt_email'),
      methodTypes: draft.methodTypes,
      setupFutureUsage: data.oneOf('setup_future_usage', ['off_session', 'on_session']),
      metadata: data.metadata('metadata'),
    },
  }
}

function amountFault({ amount, currency, methodTypes }: SessionDraft): Fault | undefined {
  const payable = isPayable(amount, currency)
  if (payable === 'too_small')
    return invalid("The Checkout Session's total amount is below what can be charged.", {
      code: 'amount_too_small',
    })
  if (payable === 'too_large')
    return invalid("The Checkout Session's total amount must be no more than 8 digits.", {
      code: 'amount_too_large',
    })
  return methodTypes.length === 0
    ? invalid('No payment method types remain after filtering.', {
        param: 'allowed_payment_method_types',
      })
    : undefined
}

function customerFault({ books }: Merchant, draft: SessionDraft): Fault | undefined {
  const { customer, customerEmail, customerCreation } = draft
  if (customer === undefined) return undefined
  if (customerEmail !== undefined || customerCreation !== undefined)
    return invalid('You may only specify one of these parameters: customer, customer_email.')
  return books.customers.has(customer) ? undefined : missing('customer', customer, 'customer')
}
