import type { Waiting } from '../kit/provider.ts'
import { type Books, isOpen, type PurchaseUnit } from './books.ts'
import { type Money, spoken } from './money.ts'

/** Orders whose payer has something to decide, and what PayPal itself has yet to decide. */
export const waitingAt = ({ orders, captures, refunds }: Books): Waiting[] => [
  ...[...orders.values()].filter(isOpen).map(({ id, unit }) => ({
    what: `order ${nameOf(unit, id)} ${shown(unit)} ${unit.description ?? ''}`.trimEnd(),
    buttons: [
      { control: 'approve', words: 'pay', input: { order: id } },
      {
        control: 'approve',
        words: 'be declined',
        input: { order: id, instrument: 'declined' },
      },
    ],
  })),
  ...[...captures.values()]
    .filter(({ status }) => status === 'PENDING')
    .map((one) => ({
      what: `capture under way ${nameOf(one.order.unit, one.id)} ${shown(one)}`,
      buttons: ['completed', 'denied'].map((outcome) => ({
        control: 'settle_capture',
        words: outcome,
        input: { capture: one.id, outcome },
      })),
    })),
  ...[...refunds.values()]
    .filter(({ status }) => status === 'PENDING')
    .map((one) => ({
      what: `refund under way ${one.invoiceId ?? one.id} ${shown(one)}`,
      buttons: ['completed', 'failed'].map((outcome) => ({
        control: 'settle_refund',
        words: outcome,
        input: { refund: one.id, outcome },
      })),
    })),
]

const nameOf = ({ customId, invoiceId }: PurchaseUnit, id: string): string =>
  customId ?? invoiceId ?? id

function shown(money: Money): string {
  const { value, currency_code } = spoken(money)
  return `${value} ${currency_code}`
}
