import { isWayName, type WayName } from '~/portal/top-up/pay-ways.ts'

/** What is chosen, and the payment that is open. */
export interface TopUpSearch {
  readonly product?: number | undefined
  readonly currency?: string | undefined
  readonly way?: WayName | undefined
  readonly payment?: string | undefined
}

export const PAYMENT_ID = /^pay_[0-9a-z]{26}$/

export const readTopUpSearch = (search: Readonly<Record<string, unknown>>): TopUpSearch => {
  const { product, currency, way, payment } = search
  return {
    product: Number.isSafeInteger(product) ? Number(product) : undefined,
    currency: typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : undefined,
    way: isWayName(way) ? way : undefined,
    payment: typeof payment === 'string' && PAYMENT_ID.test(payment) ? payment : undefined,
  }
}
