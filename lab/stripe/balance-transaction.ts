import type { Stripe } from 'stripe'
import { newId } from './books.ts'
import { type Merchant, secondsOf } from './merchant.ts'

const SETTLES_AFTER_S = 2 * 86_400

interface Movement {
  /** What it does to the balance: less than nothing takes away. */
  readonly amount: number
  readonly currency: string
  readonly fee: number
  readonly type: Stripe.BalanceTransaction['type']
  readonly category: string
  readonly source: string
  readonly description: string | null
}

/** Writes down that the balance moved: the list everybody reconciles with. */
export function move({ kit, books }: Merchant, movement: Movement): Stripe.BalanceTransaction {
  const { amount, currency, fee, source } = movement
  const created = secondsOf(kit)
  const transaction: Stripe.BalanceTransaction = {
    id: newId('txn_1', 23),
    object: 'balance_transaction',
    amount,
    available_on: created + SETTLES_AFTER_S,
    balance_type: 'payments',
    created,
    currency,
    description: movement.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: movement.category,
    source,
    status: 'pending',
    type: movement.type,
  }
  books.transactions.set(transaction.id, transaction)
  return transaction
}

/** 2.9 % and thirty of the smallest unit, the half rounded up. */
export const feeOf = (amount: number): number => Math.floor((amount * 29 + 500) / 1000) + 30
