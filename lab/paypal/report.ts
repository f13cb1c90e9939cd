import { type Answer, type Made, refuse } from './answer.ts'
import type { Movement } from './books.ts'
import type { Merchant } from './merchant.ts'
import { spoken } from './money.ts'
import { optional } from './optional.ts'
import { PAYER } from './payer.ts'

const DAYS_MAX = 31
const DAY_MS = 86_400_000
const PAGE_ROWS = 100
const PAGE_ROWS_MAX = 500
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/

/** The list of transactions by time, page by page. */
export function report(merchant: Merchant, query: URLSearchParams): Answer | Made {
  const from = timeOf(query.get('start_date'))
  const until = timeOf(query.get('end_date'))
  const size = Number(query.get('page_size') ?? PAGE_ROWS)
  const page = Number(query.get('page') ?? 1)
  const wrong = wrongOf(from, until, size, page)
  if (wrong || from === undefined || until === undefined) return refuse(400, [wrong ?? MISSING])
  const rows = merchant.books.movements.filter(
    (one) => one.at >= from && one.at <= until && isWanted(one, query),
  )
  const face = () => ({
    transaction_details: rows
      .slice((page - 1) * size, page * size)
      .map((one) => rowOf(one, query.get('fields') ?? 'transaction_info')),
    account_number: merchant.id,
    start_date: stampOf(from),
    end_date: stampOf(until),
    last_refreshed_datetime: stampOf(merchant.kit.now()),
    page,
    total_items: rows.length,
    total_pages: Math.ceil(rows.length / size),
    links: [],
  })
  return { status: 200, full: face, brief: face }
}

/** `2026-11-21T12:00:00+0000`: PayPal's reports write time their own way. */
const stampOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+0000')

const MISSING = { issue: 'MISSING_REQUIRED_PARAMETER', description: 'A required field is missing.' }

const timeOf = (text: string | null): number | undefined => {
  const ms = text !== null && RFC3339.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

function wrongOf(from: number | undefined, until: number | undefined, size: number, page: number) {
  if (from === undefined) return { ...MISSING, field: 'start_date' }
  if (until === undefined) return { ...MISSING, field: 'end_date' }
  const issue = (field: string, description: string) => {
    return { issue: 'INVALID_PARAMETER_VALUE', field, description }
  }
  if (until < from) return issue('end_date', 'End date is before start date.')
  if (until - from > DAYS_MAX * DAY_MS)
    return issue('end_date', 'Date range is greater than 31 days.')
  if (!Number.isInteger(size) || size < 1 || size > PAGE_ROWS_MAX)
    return issue('page_size', 'Page size must be between 1 and 500.')
  if (!Number.isInteger(page) || page < 1) return issue('page', 'Page begins with 1.')
  return undefined
}

/** What has not moved the balance is shown to those alone who ask for it. */
function isWanted(one: Movement, query: URLSearchParams): boolean {
  const moved = one.status === 'S' || one.status === 'V'
  const all = query.get('balance_affecting_records_only') === 'N'
  const id = query.get('transaction_id')
  const status = query.get('transaction_status')
  const type = query.get('transaction_type')
  const currency = query.get('transaction_currency')
  return (
    (moved || all) &&
    (id === null || one.id === id) &&
    (status === null || one.status === status) &&
    (type === null || one.code === type) &&
    (currency === null || one.currency === currency)
  )
}

function rowOf(one: Movement, fields: string): object {
  const asked = fields.split(',')
  const isAll = asked.includes('all')
  return {
    ...((isAll || asked.includes('transaction_info')) && {
      transaction_info: {
        paypal_account_id: PAYER.payer_id,
        transaction_id: one.id,
        ...(one.reference !== undefined && {
          paypal_reference_id: one.reference,
          paypal_reference_id_type: 'TXN',
        }),
        transaction_event_code: one.code,
        transaction_initiation_date: stampOf(one.at),
        transaction_updated_date: stampOf(one.updatedAt),
        transaction_amount: spoken(one),
        ...(one.fee > 0 && {
          fee_amount: spoken({ amount: -one.fee, currency: one.currency }),
        }),
        transaction_status: one.status,
        ...optional('invoice_id', one.invoiceId),
        ...optional('custom_field', one.customId),
        protection_eligibility: '01',
        instrument_type: 'PAYPAL',
      },
    }),
    ...((isAll || asked.includes('payer_info')) && {
      payer_info: {
        account_id: PAYER.payer_id,
        email_address: PAYER.email_address,
        address_status: 'N',
        payer_status: 'Y',
        payer_name: PAYER.name,
        country_code: PAYER.address.country_code,
      },
    }),
  }
}
