import type { StateTable } from '#kernel/states'

export type OrderState =
  | 'created'
  | 'pending'
  | 'closing'
  | 'closed'
  | 'paid'
  | 'paid_late'
  | 'partially_refunded'
  | 'refunded'
export type OrderEvent =
  | 'wait'
  | 'pay'
  | 'begin_close'
  | 'close'
  | 'refund_part'
  | 'refund_all'
  | 'unrefund'

const refundable = {
  wait: 'never',
  pay: 'never',
  begin_close: 'same',
  close: 'same',
  refund_part: 'partially_refunded',
  refund_all: 'refunded',
  unrefund: 'paid',
} as const

/** `pay` of a paid order is another payment's matter: it goes back. */
export const ORDER_STATES: StateTable<OrderState, OrderEvent> = {
  created: {
    ...{ wait: 'pending', pay: 'paid', begin_close: 'closing', close: 'closed' },
    ...{ refund_part: 'never', refund_all: 'never', unrefund: 'never' },
  },
  pending: {
    ...{ wait: 'same', pay: 'paid', begin_close: 'closing', close: 'closed' },
    ...{ refund_part: 'never', refund_all: 'never', unrefund: 'never' },
  },
  closing: {
    ...{ wait: 'never', pay: 'paid', begin_close: 'same', close: 'closed' },
    ...{ refund_part: 'never', refund_all: 'never', unrefund: 'never' },
  },
  closed: {
    ...{ wait: 'never', pay: 'paid_late', begin_close: 'same', close: 'same' },
    ...{ refund_part: 'never', refund_all: 'never', unrefund: 'never' },
  },
  paid: { ...refundable, unrefund: 'same' },
  paid_late: { ...refundable, unrefund: 'same' },
  partially_refunded: { ...refundable, refund_part: 'same' },
  refunded: { ...refundable, refund_all: 'same' },
}
