import { defineRefusals } from '#kernel/refusals'

export const credits = defineRefusals({
  insufficient_credits: {
    status: 402,
    en: 'Not enough credits: {available} available, {required} needed.',
    zh: '积分不足！当前积分：{available}，需要：{required}',
    hint: {
      en: '{missing} are missing: once they are bought or granted, send the same call with the same key. Products that would do stand in `top_up`, where there are any.',
      zh: '还差 {missing}：购买或发放到账后，请用同一个键重发同一请求。如有合适的商品，会列在 `top_up` 中。',
    },
  },
  amount_invalid: {
    status: 422,
    en: 'The amount must be a whole number from 1 on, and the account must stay countable.',
    zh: '数量须为正整数，且账户余额不得超出可精确表示的范围。',
  },
  amount_needed: {
    status: 422,
    en: 'Say how much: `amount`, or an `action` that has a price.',
    zh: '请提供 `amount`，或提供有定价的 `action`。',
  },
  asset_unknown: { status: 422, en: 'No such asset.', zh: '没有这种资产。' },
  owner_needed: {
    status: 422,
    en: 'Name the account by exactly one of `owner` and `external_id`.',
    zh: '请用 `owner` 或 `external_id` 之一指明账户。',
  },
  owner_unknown: {
    status: 404,
    en: 'No such owner.',
    zh: '没有这个账户持有人。',
    hint: {
      en: 'An id of this house (usr_…) goes into `owner`, one of your own into `external_id`.',
      zh: '本系统的编号（usr_…）填在 `owner`，你自己的用户编号填在 `external_id`。',
    },
  },
  entry_unknown: { status: 404, en: 'No such entry of history.', zh: '没有这条记录。' },
  charge_unknown: { status: 404, en: 'No such charge.', zh: '没有这笔扣费。' },
  hold_unknown: { status: 404, en: 'No such hold.', zh: '没有这笔预扣。' },
  lot_unknown: { status: 404, en: 'No such grant.', zh: '没有这笔发放。' },
  hold_closed: {
    status: 409,
    en: 'This hold is closed: {state}.',
    zh: '该预扣已结束：{state}。',
  },
  hold_expired: {
    status: 410,
    en: 'This hold has expired and its credits went back.',
    zh: '该预扣已过期，积分已退回。',
    hint: {
      en: 'Place a new one; `extend` keeps a hold alive while a job runs.',
      zh: '请重新预扣；任务运行中可用 `extend` 延长。',
    },
  },
  expiry_invalid: {
    status: 422,
    en: 'It must end later than it begins, later than now, and an extension later than before.',
    zh: '结束时间须晚于开始时间与当前时间，延长时须晚于原时间。',
  },
  refund_exceeds_charge: {
    status: 422,
    en: 'Of this charge {refundable} can still be refunded.',
    zh: '该笔扣费最多还可退回 {refundable}。',
  },
  clawback_spent: {
    status: 409,
    en: '{spent} of this grant are spent or held, so it cannot be taken back.',
    zh: '该笔发放已使用或预扣 {spent}，无法收回。',
    hint: {
      en: 'A refund of its order with `allow_debt` takes them all the same, and what is missing is owed.',
      zh: '对其订单退款并设 `allow_debt` 可照样收回，不足部分记为欠额。',
    },
  },
  lot_arrived: {
    status: 409,
    en: 'These credits came by a transfer and not by a grant; transfer them back instead.',
    zh: '这些积分来自转账而非发放；请转回。',
  },
  lot_paid: {
    status: 409,
    en: 'These credits were paid for here; refund the payment instead.',
    zh: '这些积分是在此付款购买的；请改为退款。',
  },
  order_id_reserved: {
    status: 422,
    en: 'An `order_id` of `ord_` and 26 letters and digits is kept for the house; name your order otherwise.',
    zh: '形如 `ord_` 加 26 位字母数字的 `order_id` 由系统保留，请为订单另取名称。',
  },
  grant_voided: {
    status: 409,
    en: 'This grant is voided already.',
    zh: '该笔发放已作废。',
  },
  multiplier_invalid: {
    status: 422,
    en: 'A multiplier is a decimal like "1.2", more than 1 and 10 at most, for bought credits that an app grants.',
    zh: '倍数须为大于 1 且不超过 10 的小数（如 "1.2"），且仅用于应用发放的购买积分。',
  },
  history_is_forever: {
    status: 403,
    en: 'History is forever: no entry is ever removed.',
    zh: '流水永久保留，任何记录都不能删除。',
  },
  transfer_to_self: {
    status: 422,
    en: 'From and to are the same account.',
    zh: '转出与转入是同一账户。',
  },
  transfer_to_yourself: {
    status: 403,
    en: 'Nobody moves the credits of others to themselves, neither with a key that they made.',
    zh: '不能把他人账户的积分转给自己，用自己创建的密钥也不行。',
    hint: {
      en: 'Let another person do it, or ask for a grant: that one a second person decides.',
      zh: '请由其他人操作；或申请发放，由第二个人审批。',
    },
  },
  refund_to_yourself: {
    status: 403,
    en: 'Nobody gives their own charges back.',
    zh: '不能退回自己的扣费。',
    hint: { en: 'Let another person do it.', zh: '请由其他人操作。' },
  },
  hand_limit_reached: {
    status: 403,
    en: 'By hand you give, move and give back at most {limit} a day; {used} are used up.',
    zh: '每天人工发放、转移和退回最多 {limit}，已使用 {used}。',
    hint: {
      en: 'Another person can do it, or you on another day. A transfer can also be two corrections, which a second person decides.',
      zh: '可由其他人操作，或改日再做；转移也可改为分别调整两个账户，由第二个人审批。',
    },
  },
  reason_needed: {
    status: 422,
    en: 'A grant by hand needs a `reason`.',
    zh: '人工发放须填写 `reason`。',
  },
  period_invalid: {
    status: 422,
    en: '`from` must lie before `to`, at most {days_max} days.',
    zh: '`from` 须早于 `to`，且跨度不超过 {days_max} 天。',
  },
  owner_frozen: {
    status: 403,
    en: 'This owner is frozen: nothing may leave the account.',
    zh: '该账户已冻结，不能支出。',
    hint: {
      en: 'Grants, refunds and holds that were placed before go on.',
      zh: '发放、退回和此前的预扣不受影响。',
    },
  },
  spend_cap_reached: {
    status: 429,
    en: 'A spend cap is reached; it begins anew at {resets_at}.',
    zh: '已达消费上限，将于 {resets_at} 重新计算。',
    hint: {
      en: '`cap` says whose it is and how high, `spent` what is used up of it.',
      zh: '`cap` 说明是谁的上限及其额度，`spent` 是已用的部分。',
    },
  },
  caps_fixed: {
    status: 403,
    en: 'These caps were set by staff; only staff may change them.',
    zh: '该上限由员工设定，只有员工可以修改。',
  },
  top_up_rule_unknown: {
    status: 404,
    en: 'No rule tops this owner up.',
    zh: '该账户没有自动充值规则。',
  },
  top_up_unknown: { status: 404, en: 'No such top-up.', zh: '没有这次自动充值。' },
  top_up_concluded: {
    status: 409,
    en: 'This top-up has ended otherwise: {state}.',
    zh: '该次自动充值已有其他结果：{state}。',
  },
  facts_too_large: {
    status: 422,
    en: '`{field}` may be {bytes_max} bytes of JSON; it is kept for ever.',
    zh: '`{field}` 的 JSON 不得超过 {bytes_max} 字节，因为它会永久保留。',
  },
  idempotency_key_required: {
    status: 400,
    en: 'This call moves value: send an `Idempotency-Key` of 8 to 128 letters, digits or _ . : -.',
    zh: '此调用会改变余额：请提供 8 到 128 位的 `Idempotency-Key`（字母、数字或 _ . : -）。',
    hint: {
      en: 'A new one for each intent, the same one for each retry of it.',
      zh: '每次新的操作用新的键，重试时用同一个键。',
    },
  },
  idempotency_key_reserved: {
    status: 422,
    en: 'An `Idempotency-Key` that begins with bonus:, prp_, import-, balance:, order: or signup: is kept for the house; choose another one.',
    zh: '以 bonus:、prp_、import-、balance:、order: 或 signup: 开头的 `Idempotency-Key` 由系统保留，请换一个键。',
  },
  idempotency_key_reused: {
    status: 422,
    en: 'This `Idempotency-Key` was used for another request of the same owner.',
    zh: '该 `Idempotency-Key` 已用于同一账户的另一个请求。',
  },
  ledger_busy: {
    status: 503,
    en: 'Too much at once; try again in {retry_after_s} s with the same key.',
    zh: '请求过多，请在 {retry_after_s} 秒后用同一个键重试。',
  },
})
