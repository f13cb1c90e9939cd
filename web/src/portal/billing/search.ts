const BILLING_TABS = ['payments', 'refunds'] as const

export interface BillingSearch {
  readonly tab?: (typeof BILLING_TABS)[number] | undefined
  /** The payment that is open; or the order whose payment is. */
  readonly payment?: string | undefined
  readonly order?: string | undefined
}

const fitting = (shape: RegExp, value: unknown): string | undefined =>
  typeof value === 'string' && shape.test(value) ? value : undefined

export const readBillingSearch = (search: Readonly<Record<string, unknown>>): BillingSearch => ({
  tab: BILLING_TABS.find((one) => one === search['tab']),
  payment: fitting(/^pay_[0-9a-z]{26}$/, search['payment']),
  order: fitting(/^ord_[0-9a-z]{26}$/, search['order']),
})
