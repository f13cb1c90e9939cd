import { sha256 } from '#kernel/crypto'
import { type Bill, type Ground, no, type Said, unknown, yes } from '../../channel.ts'
import { csvLine } from '../csv.ts'
import { readAs } from '../shape.ts'
import { fromStripe } from './amount.ts'
import { asking, openClient, type Stripe } from './client.ts'
import { BILL_ROWS_MAX, PAGE_ROWS } from './limits.ts'
import type { StripeAccount } from './settings.ts'
import { Movement, Page } from './shapes.ts'

/**
 * Stripe lists each thing that moved the balance. `gross`, `fee` and `net` are in the currency of the balance, which is
 * not always that of the payment; `amount` and `paid_currency` are those of the charge, refund or dispute behind it.
 * All are in minor units of ISO 4217, and empty where Stripe's are none. Rows are newest first, times are UTC.
 */
const COLUMNS = [
  'balance_transaction',
  'type',
  'category',
  'created',
  'currency',
  'gross',
  'fee',
  'net',
  'source',
  'txn',
  'trade_no',
  'refund_no',
  'amount',
  'paid_currency',
] as const

const DAY_S = 86_400

/** The days are those of UTC; a day that is not over has no list yet. */
export async function downloadBill(
  ground: Ground,
  account: StripeAccount,
  day: string,
): Promise<Said<Bill>> {
  const from = Date.parse(`${day}T00:00:00Z`) / 1_000
  if (!Number.isSafeInteger(from)) return no('day_invalid')
  if ((from + DAY_S) * 1_000 > ground.now()) return no('bill_not_ready')
  const client = openClient(ground, account)
  const lines = [csvLine(COLUMNS)]
  let after: string | undefined
  while (lines.length <= BILL_ROWS_MAX) {
    const params: Stripe.BalanceTransactionListParams = {
      created: { gte: from, lt: from + DAY_S },
      limit: PAGE_ROWS,
      expand: ['data.source'],
      ...(after !== undefined && { starting_after: after }),
    }
    const said = await asking(Page, () => client.balanceTransactions.list(params))
    if (said.said !== 'yes') return said
    for (const one of said.value.data) {
      const movement = readAs(Movement, one)
      if (!movement) return unknown('answer_unreadable')
      lines.push(lineOf(movement))
      after = movement.id
    }
    if (!said.value.has_more || said.value.data.length === 0) {
      const text = lines.join('')
      return yes({ text, digest: sha256(text).toString('hex') })
    }
  }
  return no('bill_too_long')
}

function lineOf(movement: Movement): string {
  const { source } = movement
  const behind = source !== null && typeof source === 'object' ? source : undefined
  const currency = movement.currency.toUpperCase()
  const paid = behind?.currency?.toUpperCase() ?? ''
  return csvLine([
    movement.id,
    movement.type,
    movement.reporting_category,
    new Date(movement.created * 1_000).toISOString(),
    currency,
    minor(movement.amount, currency),
    minor(movement.fee, currency),
    minor(movement.net, currency),
    behind?.id ?? (typeof source === 'string' ? source : ''),
    behind?.payment_intent ?? '',
    behind?.metadata?.['trade_no'] ?? '',
    behind?.metadata?.['refund_id'] ?? '',
    minor(behind?.amount, paid),
    paid,
  ])
}

const minor = (unchecked: number | undefined, currency: string): string =>
  fromStripe(unchecked, currency)?.toString() ?? ''
