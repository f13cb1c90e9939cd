import { type Capture, type Movement, newId } from './books.ts'
import type { Merchant } from './merchant.ts'

/** Writes down that the balance moved on account of a capture. */
export function moveFor(
  { kit, books }: Merchant,
  capture: Capture,
  movement: Pick<Movement, 'code' | 'amount'> & Partial<Movement>,
): Movement {
  const at = kit.now()
  const one: Movement = {
    id: newId(),
    currency: capture.currency,
    fee: 0,
    at,
    reference: capture.id,
    invoiceId: capture.order.unit.invoiceId,
    customId: capture.order.unit.customId,
    updatedAt: at,
    status: 'S',
    ...movement,
  }
  books.movements.push(one)
  return one
}
