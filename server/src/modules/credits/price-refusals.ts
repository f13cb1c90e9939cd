import { defineRefusals } from '#kernel/refusals'

export const prices = defineRefusals({
  action_unknown: {
    status: 422,
    en: 'There is no price for {action}.',
    zh: '没有 {action} 的价格。',
    hint: {
      en: '`GET /api/v1/credits/prices` lists the actions that have one.',
      zh: '有价格的操作见 `GET /api/v1/credits/prices`。',
    },
  },
  price_in_credits: {
    status: 422,
    en: 'Actions are priced in credits: pay with `credit`, or say the `amount` of {asset}.',
    zh: '操作以积分定价：请用 `credit` 支付，或给出 {asset} 的 `amount`。',
  },
  params_invalid: {
    status: 422,
    en: 'The price cannot be worked out from the parameter {parameter}.',
    zh: '无法根据参数 {parameter} 计算价格。',
    hint: {
      en: '`wants` says what the price needs there, `allowed` which values it knows.',
      zh: '`wants` 说明该参数的要求，`allowed` 列出可用的值。',
    },
  },
  price_rule_invalid: {
    status: 422,
    en: 'The rule contradicts itself at {at}.',
    zh: '价格规则在 {at} 处自相矛盾。',
    hint: {
      en: 'Names and plans stand once, `base`, `minimum` and `first_free` are taken, a window begins before it ends, a discount is no surcharge, a default is listed.',
      zh: '名称和套餐不可重复，`base`、`minimum` 与 `first_free` 为保留名，时段须先始后终，折扣不得加价，默认值须在表中。',
    },
  },
  price_effective_past: {
    status: 422,
    en: 'A price cannot take effect in the past.',
    zh: '价格不能在过去的时间生效。',
  },
  price_moved_on: {
    status: 409,
    en: 'The newest version of {action} is {version}, not the one you saw.',
    zh: '{action} 的最新版本是 {version}，与你看到的不同。',
    hint: { en: 'Look at it, then publish again.', zh: '请查看后重新发布。' },
  },
})
