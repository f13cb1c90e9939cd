import { chinaDay, chinaTime } from './china-time.ts'
import { encodeGbk } from './gbk.ts'
import type { Order, Trade } from './order.ts'
import type { Shop } from './shop.ts'
import { yuan } from './yuan.ts'
import { zip } from './zip.ts'

interface Row {
  readonly kind: '交易' | '退款'
  readonly order: Order
  readonly trade: Trade
  readonly at: number
  /** Negative where it went back. */
  readonly fen: number
  readonly request: string
  readonly feeFen: number
}

const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'
const SUMMARY_COLUMNS =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）'
const RULE = '-'.repeat(41)
const ZERO = '0.00'

/** What a day did, by the moment each payment and each refund was done: an old trade's refund is today's. */
export function rowsOf(shop: Shop, day: string): Row[] {
  const rows = [...shop.orders.values()].flatMap((order): Row[] => {
    const { trade } = order
    if (trade?.paidAt === undefined) return []
    const payment: Row = {
      kind: '交易',
      order,
      trade,
      at: trade.paidAt,
      fen: trade.fen,
      request: '',
      feeFen: -feeOf(trade.fen),
    }
    const refunds = trade.refunds
      .filter(({ state }) => state === 'success')
      .map(({ at, fen, number }): Row => {
        // What the payment cost is not given back.
        return { kind: '退款', order, trade, at, fen: -fen, request: number, feeFen: 0 }
      })
    return [payment, ...refunds]
  })
  return rows.filter(({ at }) => chinaDay(at) === day).sort((a, b) => a.at - b.at)
}

/** Six in a thousand, half a fen upwards. */
const feeOf = (fen: number): number => Math.floor((fen * 6 + 500) / 1_000)

/** Two files in one, names and contents in GBK. */
export function packBill(shop: Shop, day: string): Buffer {
  const rows = rowsOf(shop, day)
  const name = `${shop.seller.id}0156_${day.replaceAll('-', '')}`
  return zip([
    { name: encodeGbk(`${name}_业务明细.csv`), content: encodeGbk(detailsOf(shop, day, rows)) },
    {
      name: encodeGbk(`${name}_业务明细(汇总).csv`),
      content: encodeGbk(summaryOf(shop, day, rows)),
    },
  ])
}

function detailsOf(shop: Shop, day: string, rows: readonly Row[]): string {
  const paid = rows.filter(({ kind }) => kind === '交易')
  const back = rows.filter(({ kind }) => kind === '退款')
  return lines(
    '#支付宝业务明细查询',
    ...preamble(shop, day),
    `#${RULE}业务明细列表${RULE.slice(1)}`,
    COLUMNS,
    ...rows.map(detail),
    `#${RULE}业务明细列表结束${RULE.slice(5)}`,
    `#交易合计：${paid.length}笔，商家实收共${yuan(sum(paid))}元，商家优惠共0.00元`,
    `#退款合计：${back.length}笔，商家实收退款共${yuan(sum(back))}元，商家优惠退款共0.00元`,
    exported(shop),
  )
}

/** Numbers end in a tab, so that a spreadsheet takes them for text. Nothing is quoted: a comma in a name is a column. */
const detail = ({ kind, order, trade, at, fen, request, feeFen }: Row): string =>
  [
    `${trade.id}\t`,
    `${order.number}\t`,
    `${kind}\t`,
    order.subject,
    chinaTime(trade.createdAt),
    chinaTime(at),
    '\t',
    '\t',
    '\t',
    '\t',
    `*试(${trade.buyer.logonId})`,
    yuan(fen),
    yuan(fen),
    ZERO,
    ZERO,
    ZERO,
    ZERO,
    ZERO,
    '',
    `${ZERO}\t`,
    ZERO,
    `${request}\t`,
    yuan(feeFen),
    ZERO,
    order.body ?? '',
  ].join(',')

function summaryOf(shop: Shop, day: string, rows: readonly Row[]): string {
  const fees = rows.reduce((total, { feeFen }) => total + feeFen, 0)
  const count = (kind: Row['kind']) => rows.filter((row) => row.kind === kind).length
  const figures = [
    count('交易'),
    count('退款'),
    yuan(sum(rows)),
    yuan(sum(rows)),
    ZERO,
    ZERO,
    ZERO,
    yuan(fees),
    ZERO,
    yuan(sum(rows) + fees),
  ].join(',')
  return lines(
    '#支付宝业务汇总查询',
    ...preamble(shop, day),
    `#${RULE}业务汇总列表${RULE.slice(1)}`,
    SUMMARY_COLUMNS,
    `\t,\t,${figures}`,
    `合计,,${figures}`,
    `#${RULE}业务汇总列表结束${RULE.slice(5)}`,
    exported(shop),
  )
}

function preamble({ seller }: Shop, day: string): string[] {
  const from = Date.parse(`${day}T00:00:00+08:00`)
  return [
    `#账号：[${seller.id}0156]`,
    `#起始日期：[${inWords(from)}]   终止日期：[${inWords(from + 86_400_000)}]`,
  ]
}

const exported = ({ kit }: Shop): string => `#导出时间：[${inWords(kit.now())}]`

/** `2019年09月16日 00:00:00`. */
const inWords = (ms: number): string => chinaTime(ms).replace(/^(\d+)-(\d+)-(\d+)/, '$1年$2月$3日')

const sum = (rows: readonly Row[]): number => rows.reduce((total, { fen }) => total + fen, 0)

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`
