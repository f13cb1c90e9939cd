import { defineRefusals } from '#kernel/refusals'

export const reports = defineRefusals({
  no_such_owner: { status: 404, en: 'There is no such owner.', zh: '没有这个账户。' },
  no_such_order: { status: 404, en: 'There is no such order.', zh: '没有这个订单。' },
})
