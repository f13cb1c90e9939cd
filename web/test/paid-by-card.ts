import { expect, vi } from 'vitest'
import { bookedPayment, type Payment, waysOf } from '../../server/test/lab-ways.ts'
import type { House } from './house.ts'

interface PaidByCard {
  readonly payment: Payment
  /** The payer asks their bank for the money; the way to end it. */
  dispute(): Promise<(outcome: 'won' | 'lost') => Promise<void>>
}

export async function paidByCard(house: House, more: object = {}): Promise<PaidByCard> {
  const [card] = waysOf(['stripe'])
  if (!card) throw new Error('nobody takes cards')
  const payment = await house.order(card, more)
  await card.pay(house.lab, payment)
  await vi.waitFor(
    async () => expect((await house.payment(payment.payment_id)).status).toBe('paid'),
    { timeout: 15_000, interval: 50 },
  )
  return {
    payment,
    dispute: async () => {
      const payment_intent = bookedPayment(house.lab, 'stripe', payment)?.id
      const { dispute } = await house.lab.control('stripe', 'open_dispute', { payment_intent })
      return async (outcome) => {
        await house.lab.control('stripe', 'close_dispute', { dispute, outcome })
      }
    },
  }
}
