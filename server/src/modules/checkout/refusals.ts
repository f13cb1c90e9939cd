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
    en: 'This cannot be refunded: {why}.',
    zh: '无法退款：{why}。',
    hint: {
      en: 'not_paid, refunded, underway (what is left is going back or disputed), more_than_left, too_late, used.',
      zh: 'not_paid 未支付，refunded 已退，underway 其余正在退款或有争议，more_than_left 超出可退金额，too_late 已过期限，used 已使用。',
    },
  },
})
