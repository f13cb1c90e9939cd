import { defineRefusals } from '#kernel/refusals'

export const catalog = defineRefusals({
  product_unknown: {
    status: 404,
    en: 'No such product.',
    zh: '没有这个商品。',
    hint: {
      en: '`GET /api/v1/products` lists what is on sale.',
      zh: '在售商品见 `GET /api/v1/products`。',
    },
  },
  product_not_on_sale: {
    status: 409,
    en: 'Product {product_id} is not on sale now.',
    zh: '商品 {product_id} 当前未在售。',
  },
  currency_unavailable: {
    status: 422,
    en: 'Product {product_id} has no price in {currency}.',
    zh: '商品 {product_id} 没有 {currency} 价格。',
    hint: { en: '`allowed` lists its currencies.', zh: '可用币种见 `allowed`。' },
  },
  channel_unavailable: {
    status: 422,
    en: 'Product {product_id} cannot be paid through {channel}.',
    zh: '商品 {product_id} 不支持通过 {channel} 支付。',
    hint: { en: '`allowed` lists its channels.', zh: '可用渠道见 `allowed`。' },
  },
  purchase_limit_reached: {
    status: 409,
    en: 'Product {product_id} can be bought {limit} times, and that is used up.',
    zh: '商品 {product_id} 限购 {limit} 次，已达上限。',
  },
  product_terms_invalid: {
    status: 422,
    en: 'The terms contradict themselves at {at}.',
    zh: '商品条款在 {at} 处自相矛盾。',
    hint: {
      en: 'A currency stands once; a sale ends after it begins; tiers rise, within a price that there is; a recharge or bundle has credits; a month card has its days, other products but a bundle have none.',
      zh: '每种币种只能出现一次；销售期须先始后终；阶梯须递增且不超过已有的价格；充值与礼包须有积分；月卡须有天数，除礼包外其他商品不能有。',
    },
  },
  product_changed: {
    status: 409,
    en: 'The newest version of product {product_id} is {version}, not the one you saw.',
    zh: '商品 {product_id} 的最新版本是 {version}，与你看到的不同。',
    hint: { en: 'Look at it, then change it again.', zh: '请查看后重新修改。' },
  },
  product_id_taken: {
    status: 409,
    en: 'There is a product {product_id} already.',
    zh: '商品编号 {product_id} 已被使用。',
    hint: { en: 'Leave it out to get the next free one.', zh: '不填则使用下一个可用编号。' },
  },
  catalog_full: {
    status: 409,
    en: 'There are {limit} products, and no more fit.',
    zh: '商品数量已达 {limit} 个上限。',
    hint: { en: 'Change one that is no longer sold.', zh: '请修改不再销售的商品。' },
  },
})
