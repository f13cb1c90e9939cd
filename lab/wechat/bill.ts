import { shanghaiClock, shanghaiDay } from '../kit/shanghai.ts'
import type { Merchant, Order, Payment, Refund } from './merchant.ts'

/** A table as WeChat Pay writes it: a line for the sums below the rows. */
export interface Bill {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly sumHead: readonly string[]
  readonly sums: readonly string[]
}

export const BILL_TYPES = ['ALL', 'SUCCESS', 'REFUND'] as const
export type BillType = (typeof BILL_TYPES)[number]

const ORDER_HEAD = ['交易时间', '公众账号ID', '商户号', '特约商户号', '设备号', '微信订单号']
const ORDER_HEAD_REST = ['商户订单号', '用户标识', '交易类型', '交易状态', '付款银行', '货币种类']
const AMOUNT_HEAD = ['应结订单金额', '代金券金额']
const REFUND_TIMES_HEAD = ['退款申请时间', '退款成功时间']
const REFUND_HEAD = [
  '微信退款单号',
  '商户退款单号',
  '退款金额',
  '充值券退款金额',
  '退款类型',
  '退款状态',
]
const GOODS_HEAD = ['商品名称', '商户数据包', '手续费', '费率', '订单金额']
const ASKED_HEAD = ['申请退款金额']
const LAST_HEAD = ['费率备注']

const SUM_HEAD = [
  ...['总交易单数', '应结订单总金额', '退款总金额', '充值券退款总金额'],
  ...['手续费总金额', '订单总金额', '申请退款总金额'],
]

/** Of a thousand. */
const FEE_PERMILLE = 6
const FEE_RATE = '0.60%'

/** A movement of a day: a payment, or a refund that succeeded. */
export type Movement =
  | {
      readonly kind: 'payment'
      readonly at: number
      readonly order: Order
      readonly payment: Payment
    }
  | {
      readonly kind: 'refund'
      readonly at: number
      readonly order: Order
      readonly payment: Payment
      readonly refund: Refund
    }

export function movementsOf(merchant: Merchant, day: string): Movement[] {
  const all = [...merchant.orders.values()].flatMap((order): Movement[] => {
    const { payment, refunds } = order
    if (!payment) return []
    return [
      { kind: 'payment', at: payment.at, order, payment },
      ...refunds
        .filter(({ state }) => state === 'SUCCESS')
        .map((refund): Movement => ({ kind: 'refund', at: refund.at, order, payment, refund })),
    ]
  })
  return all.filter(({ at }) => shanghaiDay(at) === day).sort((a, b) => a.at - b.at)
}

/** What was traded on a day, from the platform's own books. */
export function tradeBill(
  merchant: Merchant,
  movements: readonly Movement[],
  type: BillType,
): Bill {
  const chosen = movements.filter(
    ({ kind }) => type === 'ALL' || kind === (type === 'SUCCESS' ? 'payment' : 'refund'),
  )
  const paid = chosen.flatMap((one) => (one.kind === 'payment' ? [one.payment] : []))
  const refunded = chosen.flatMap((one) => (one.kind === 'refund' ? [one.refund.amount] : []))
  const total = sum(paid.map((payment) => payment.total))
  const fees = sum(paid.map((payment) => feeOf(payment.total))) - sum(refunded.map(feeOf))
  const head =
    type === 'SUCCESS' ? [] : [...(type === 'REFUND' ? REFUND_TIMES_HEAD : []), ...REFUND_HEAD]
  return {
    head: [
      ...[...ORDER_HEAD, ...ORDER_HEAD_REST, ...AMOUNT_HEAD, ...head, ...GOODS_HEAD],
      ...(type === 'SUCCESS' ? [] : ASKED_HEAD),
      ...LAST_HEAD,
    ],
    rows: chosen.map((one) => tradeRow(merchant, one, type)),
    sumHead: SUM_HEAD,
    sums: [
      ...[`${chosen.length}.0`, short(total), short(sum(refunded)), '0.0'],
      ...[short(fees), short(total), short(sum(refunded))],
    ],
  }
}

function tradeRow(merchant: Merchant, one: Movement, type: BillType): string[] {
  const { order, payment } = one
  const isPayment = one.kind === 'payment'
  const gone = isPayment ? 0 : one.refund.amount
  return [
    ...[shanghaiClock(one.at), order.appid, merchant.mchid, '0', '', payment.id, order.number],
    ...[payment.openid, order.tradeType, isPayment ? 'SUCCESS' : 'REFUND', 'OTHERS', 'CNY'],
    ...[yuan(isPayment ? payment.total : 0), yuan(isPayment ? payment.coupon : 0)],
    ...(type === 'REFUND' ? [shanghaiClock(one.at), shanghaiClock(one.at)] : []),
    ...(type === 'SUCCESS' ? [] : refundCells(one)),
    ...[order.description, order.attach ?? '', fee(isPayment ? payment.total : -gone), FEE_RATE],
    yuan(isPayment ? payment.total : 0),
    ...(type === 'SUCCESS' ? [] : [yuan(gone)]),
    '',
  ]
}

const refundCells = (one: Movement): string[] =>
  one.kind === 'payment'
    ? ['0', '0', '0.00', '0.00', '', '']
    : [one.refund.id, one.refund.number, yuan(one.refund.amount), '0.00', 'ORIGINAL', 'SUCCESS']

/** What went through the merchant's account on a day. */
export function fundFlowBill(merchant: Merchant, movements: readonly Movement[]): Bill {
  let balance = 0
  const flows = movements.flatMap((one) => flowsOf(one))
  const rows = flows.map(({ at, id, kind, name, amount, note }, i) => {
    balance += amount
    return [
      ...[shanghaiClock(at), id, `${id}${i}`, kind, name, amount < 0 ? '支出' : '收入'],
      ...[yuan(Math.abs(amount)), yuan(balance), merchant.mchid, note, `S${id}`],
    ]
  })
  const [came, went] = [
    flows.filter(({ amount }) => amount >= 0),
    flows.filter(({ amount }) => amount < 0),
  ]
  return {
    head: [
      ...['记账时间', '微信支付业务单号', '资金流水单号', '业务名称', '业务类型', '收支类型'],
      ...['收支金额(元)', '账户结余(元)', '资金变更提交申请人', '备注', '业务凭证号'],
    ],
    rows,
    sumHead: ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额'],
    sums: [
      ...[String(flows.length), String(came.length), yuan(sum(came.map(({ amount }) => amount)))],
      ...[String(went.length), yuan(-sum(went.map(({ amount }) => amount)))],
    ],
  }
}

interface Flow {
  readonly at: number
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly amount: number
  readonly note: string
}

function flowsOf(one: Movement): Flow[] {
  const { at, payment } = one
  if (one.kind === 'refund') {
    const { id, amount } = one.refund
    const back = feeOf(amount)
    const note = `退款总金额${yuan(amount)}元;含手续费${yuan(back)}元`
    return [{ at, id, kind: '退款', name: '退款', amount: back - amount, note }]
  }
  const flow = { at, id: payment.id, kind: '交易' }
  const cost = feeOf(payment.total)
  return [
    { ...flow, name: '交易', amount: payment.total, note: '' },
    ...(cost === 0 ? [] : [{ ...flow, name: '扣除交易手续费', amount: -cost, note: '' }]),
  ]
}

/** UTF-8 with a mark in front, a backtick before every cell below the head. */
export function billBytes({ head, rows, sumHead, sums }: Bill): Buffer {
  const ticked = (cells: readonly string[]) => cells.map((cell) => `\`${cell}`).join(',')
  const lines = [head.join(','), ...rows.map(ticked), sumHead.join(','), ticked(sums)]
  return Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`)
}

/** In fen, half up. */
const feeOf = (amount: number): number => Math.floor((amount * FEE_PERMILLE + 500) / 1000)

const fee = (amount: number): string =>
  amount < 0 ? `-${yuan(feeOf(-amount))}000` : `${yuan(feeOf(amount))}000`

/** `12.30`, of fen. */
function yuan(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0')
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** `12.3`: the sums drop the last zero. */
const short = (amount: number): string => yuan(amount).replace(/0$/, '')

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0)
