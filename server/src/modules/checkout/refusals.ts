import { defineRefusals } from '#kernel/refusals'

export const checkout = defineRefusals({
  order_unknown: { status: 404, en: 'No such order.', zh: '没有这个订单。' },
  order_closed: {
    status: 409,
    en: 'This order can no longer be paid: it is {state}.',
    zh: '该订单已无法支付：{state}。',
  },
  product_not_deliverable: {
    status: 422,
    en: 'Nobody here delivers products of this kind yet.',
    zh: '暂不支持交付该类商品。',
  },
  refund_not_offered: {
    status: 422,
    en: 'Nothing of this order can be refunded: {why}.',
    zh: '该订单不可退款：{why}。',
  },
})
