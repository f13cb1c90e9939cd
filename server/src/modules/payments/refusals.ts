import { defineRefusals } from '#kernel/refusals'

export const payments = defineRefusals({
  channel_unknown: {
    status: 404,
    en: 'There is no such way to pay here.',
    zh: '没有这种支付方式。',
  },
  channel_off: {
    status: 422,
    en: 'This way to pay cannot be used just now.',
    zh: '该支付方式暂不可用。',
  },
  method_unknown: {
    status: 422,
    en: 'This channel has no such method; it has {methods}.',
    zh: '该渠道没有这种方式；可用：{methods}。',
  },
  amount_outside_limits: {
    status: 422,
    en: 'No account of this channel takes this amount.',
    zh: '该渠道没有可收取此金额的账户。',
  },
  account_invalid: {
    status: 422,
    en: 'The account cannot be kept: {why}.',
    zh: '账户配置无效：{why}。',
  },
  account_unknown: { status: 404, en: 'No such account.', zh: '没有这个账户。' },
  payment_unknown: { status: 404, en: 'No such payment.', zh: '没有这笔支付。' },
  instrument_missing: {
    status: 422,
    en: 'Nothing is saved here that could be charged. Pay once with a method that saves it.',
    zh: '没有可扣款的已保存支付方式。请先用可保存的方式支付一次。',
  },
  tried_before: {
    status: 409,
    en: 'This was tried before, and is not tried again.',
    zh: '此操作已尝试过，不会重复尝试。',
  },
  instrument_unknown: {
    status: 404,
    en: 'No such saved way to pay.',
    zh: '没有这个已保存的支付方式。',
  },
  payment_refused: {
    status: 422,
    en: 'This cannot be paid in this way: {code}.',
    zh: '无法以该方式支付：{code}。',
  },
  payment_unclear: {
    status: 503,
    en: 'The provider did not answer. Ask again with the same key: nothing is paid twice.',
    zh: '支付渠道未响应。请用同一个键重试，不会重复扣款。',
  },
  fact_unknown: {
    status: 404,
    en: 'Nothing of this name lies in suspense.',
    zh: '挂账中没有这一笔。',
  },
  not_returnable: {
    status: 409,
    en: 'This cannot be sent back from here: {why}. A refund in the console of the provider is taken note of.',
    zh: '无法从这里退回：{why}。在支付渠道后台退款后，系统会自动登记。',
  },
  returnable: {
    status: 409,
    en: 'This can go back to whoever paid it, and is not set aside.',
    zh: '这笔款项可以原路退回，不能搁置。',
  },
  refund_unknown: { status: 404, en: 'No such refund.', zh: '没有这笔退款。' },
  refund_exceeds_payment: {
    status: 409,
    en: 'No more than {refundable} of this payment can still be refunded.',
    zh: '该支付最多还可退 {refundable}。',
  },
  refund_settled: {
    status: 409,
    en: 'This refund is settled: {state}.',
    zh: '该退款已结束：{state}。',
  },
  not_offline: {
    status: 422,
    en: 'Only what goes through a bank transfer is marked by hand.',
    zh: '只有银行转账可以人工登记。',
  },
  amount_differs: {
    status: 422,
    en: 'This payment is about {amount} {currency}, in minor units: another amount fits nothing.',
    zh: '该支付金额为 {amount} {currency}（最小单位），金额不符。',
  },
  reference_used: {
    status: 409,
    en: 'This transfer of the bank is marked already.',
    zh: '该银行流水号已登记。',
  },
  person_needed: {
    status: 403,
    en: 'Only a person can say this, not a key.',
    zh: '此操作须由人员执行，不能使用密钥。',
  },
  hook_unknown: { status: 404, en: 'Nothing listens here.', zh: '此地址无人监听。' },
  event_unknown: { status: 404, en: 'No such event.', zh: '没有这个事件。' },
  lab_unknown: {
    status: 404,
    en: 'No lab plays this account: its settings lead nowhere on this machine.',
    zh: '该账户没有连接实验室：其设置中没有指向本机的地址。',
  },
  lab_silent: {
    status: 422,
    en: 'No lab answers there: {why}.',
    zh: '实验室没有应答：{why}。',
    hint: { en: 'Run npm run lab.', zh: '请运行 npm run lab。' },
  },
  lab_refused: {
    status: 422,
    en: 'The lab does not take it: {why}.',
    zh: '实验室不接受：{why}。',
  },
  forged_too_often: {
    status: 429,
    en: 'Too many messages with bad signatures from this address.',
    zh: '来自该地址的错误签名过多。',
  },
})
