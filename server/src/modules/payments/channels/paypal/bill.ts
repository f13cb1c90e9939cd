import { sha256 } from '#kernel/crypto'
import { type Bill, type Ground, no, type Said, unknown, yes } from '../../channel.ts'
import { csvLine } from '../csv.ts'
import { type Amount, fromPaypal } from './amount.ts'
import type { Client } from './client.ts'
import { tradeNoIn } from './facts.ts'
import { BILL_BYTES_MAX, BILL_PAGE_ROWS, BILL_PAGES_MAX } from './limits.ts'
import type { PaypalAccount } from './settings.ts'
import { type Transaction, TransactionPage } from './shapes.ts'

/**
 * PayPal lists what moved the balance, hours after it did. `code` is its own of the kind of movement (T0006 is a
 * payment, T1107 a refund), `reference` the transaction that one of them is about. Amounts are signed, in minor units
 * of ISO 4217, and empty where PayPal's are none. Rows are in PayPal's order.
 */
const COLUMNS = [
  'transaction',
  'code',
  'status',
  'time',
  'currency',
  'gross',
  'fee',
  'reference',
  'invoice_id',
  'trade_no',
] as const

const DAY_MS = 86_400_000

/** The days are those of UTC. An app that was not given transaction search has no list, ever. */
export async function downloadBill(
  client: Client,
  ground: Ground,
  account: PaypalAccount,
  day: string,
): Promise<Said<Bill>> {
  const endMs = Date.parse(`${day}T00:00:00Z`) + DAY_MS
  if (Number.isNaN(endMs)) return no('day_invalid')
  if (endMs > ground.now()) return no('bill_not_ready')
  const lines = [csvLine(COLUMNS)]
  // Hour by hour, for PayPal lists ten thousand at most for one question.
  for (let hour = 0; hour < 24; hour++) {
    const said = await listHour(client, account, `${day}T${String(hour).padStart(2, '0')}`, endMs)
    if (said.said !== 'yes') return said
    lines.push(...said.value)
  }
  const text = lines.join('')
  return yes({ text, digest: sha256(text).toString('hex') })
}

async function listHour(
  client: Client,
  account: PaypalAccount,
  hour: string,
  endMs: number,
): Promise<Said<string[]>> {
  const lines: string[] = []
  for (let page = 1; page <= BILL_PAGES_MAX; page++) {
    const said = await client.ask(account, questionOf(hour, page), TransactionPage)
    if (said.said === 'unknown' && said.why === 'answered_403') return no('not_offered')
    if (said.said !== 'yes') return said
    const { account_number: owner, last_refreshed_datetime: refreshed } = said.value
    if (owner !== undefined && owner !== account.merchant) return no('bill_of_another_account')
    if (refreshed !== undefined && !(Date.parse(refreshed) >= endMs)) return no('bill_not_ready')
    lines.push(...said.value.transaction_details.map((one) => lineOf(one.transaction_info)))
    if (page >= said.value.total_pages) return yes(lines)
  }
  return unknown('bill_too_long')
}

const questionOf = (hour: string, page: number) => {
  const query = new URLSearchParams({
    start_date: `${hour}:00:00Z`,
    end_date: `${hour}:59:59Z`,
    fields: 'transaction_info',
    page_size: String(BILL_PAGE_ROWS),
    page: String(page),
  })
  return {
    method: 'GET',
    path: `/v1/reporting/transactions?${query}`,
    bytesMax: BILL_BYTES_MAX,
  } as const
}

const lineOf = (one: Transaction): string =>
  csvLine([
    one.transaction_id,
    one.transaction_event_code ?? '',
    one.transaction_status ?? '',
    one.transaction_initiation_date,
    one.transaction_amount.currency_code,
    minor(one.transaction_amount),
    minor(one.fee_amount),
    one.paypal_reference_id ?? '',
    one.invoice_id ?? '',
    tradeNoIn(one.custom_field) ?? '',
  ])

const minor = (amount: Amount | undefined): string =>
  amount === undefined ? '' : (fromPaypal(amount)?.toString() ?? '')
