import type { Stripe } from 'stripe'
import { type Answer, invalid, ok, refuse } from './answer.ts'
import { readLimit } from './list.ts'
import type { Merchant } from './merchant.ts'
import type { Params } from './params.ts'
import { idOf } from './payment-intent.ts'

const CLAUSES_MAX = 10
const URL = '/v1/payment_intents/search'

/**
 * The part of Stripe's search language that asks for what is exactly so: clauses joined with AND. Stripe does not find
 * what is new for about a minute, here for as long as `lag_search` says.
 */
export function searchIntents(merchant: Merchant, params: Params): Answer {
  const clauses = readQuery(params)
  const limit = readLimit(params)
  const from = readPage(params)
  const fault = params.fault()
  if (fault) return refuse(fault)
  const { kit, books, knobs } = merchant
  const newest = kit.now() - kit.scaled(knobs.searchLagMs)
  const found = [...books.intents.values()]
    .reverse()
    .filter(({ created }) => created * 1_000 <= newest)
    .filter((intent) => clauses.every(({ field, is }) => sameText(field(intent), is)))
  const next = from + limit
  const has_more = next < found.length
  return ok({
    object: 'search_result',
    data: found.slice(from, next),
    has_more,
    next_page: has_more ? pageAt(next) : null,
    url: URL,
  })
}

interface Clause {
  readonly field: (intent: Stripe.PaymentIntent) => string | undefined
  readonly is: string
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/.source
const CLAUSE = new RegExp(`^(\\w+)(?:\\[(${QUOTED})\\])?:(${QUOTED})(?:\\s+AND\\s+(?=\\S)|\\s*$)`)

const FIELDS: Readonly<Record<string, Clause['field']>> = {
  currency: ({ currency }) => currency,
  customer: ({ customer }) => idOf(customer),
  status: ({ status }) => status,
}

function readQuery(params: Params): readonly Clause[] {
  const query = params.needText('query')
  const clauses = parseQuery(query)
  if (!clauses) params.blame(invalid('Your search query cannot be parsed.', { param: 'query' }))
  return clauses ?? []
}

function parseQuery(query: string): readonly Clause[] | undefined {
  const clauses: Clause[] = []
  let rest = query.trim()
  while (rest !== '' && clauses.length < CLAUSES_MAX) {
    const [whole = '', name = '', key, value = ''] = rest.match(CLAUSE) ?? []
    const field = fieldOf(name, key === undefined ? undefined : unquoted(key))
    if (whole === '' || !field) return undefined
    clauses.push({ field, is: unquoted(value) })
    rest = rest.slice(whole.length)
  }
  return rest === '' && clauses.length > 0 ? clauses : undefined
}

function fieldOf(name: string, key: string | undefined): Clause['field'] | undefined {
  if (name === 'metadata' && key !== undefined)
    return ({ metadata }) => (Object.hasOwn(metadata, key) ? metadata[key] : undefined)
  return key === undefined && Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
}

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, '$1')

/** Stripe's `:` does not know capital letters from small ones. */
const sameText = (text: string | undefined, is: string): boolean =>
  text?.toLowerCase() === is.toLowerCase()

const pageAt = (place: number): string => Buffer.from(String(place)).toString('base64url')

function readPage(params: Params): number {
  const page = params.text('page')
  if (page === undefined) return 0
  const text = Buffer.from(page, 'base64url').toString('utf8')
  if (/^\d{1,9}$/.test(text)) return Number(text)
  params.blame(invalid('Invalid page.', { param: 'page' }))
  return 0
}
