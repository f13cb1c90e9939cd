import type { Json } from '../kit/provider.ts'
import type { App } from './app.ts'
import { type Ask, numberOf, textOf, urlOf } from './ask.ts'
import { chinaTime } from './china-time.ts'
import { tellPlatform } from './notify.ts'
import { badField, failed, no, type Refusal, type Said, yes } from './said.ts'
import { newNumber, type Shop } from './shop.ts'
import { parseYuan, yuan } from './yuan.ts'

export const TRANSFER_STATES = [
  'SUCCESS',
  'DEALING',
  'WAIT_PAY',
  'CLOSED',
  'FAIL',
  /** It had arrived, and came back: the bank knew no such payee. */
  'REFUND',
] as const
export type TransferState = (typeof TRANSFER_STATES)[number]

/** `REFUSED` leaves no transfer behind; `SYSTEM_ERROR` leaves one that succeeded, and does not say so. */
export type TransferOutcome = TransferState | 'REFUSED' | 'SYSTEM_ERROR'

export interface Transfer {
  readonly app: App
  /** `out_biz_no`. */
  readonly number: string
  readonly id: string
  readonly fundId: string
  readonly fen: number
  /** Account, name and title, as they were asked for: who repeats the number must repeat them. */
  readonly asked: string
  readonly notifyUrl: string | undefined
  readonly at: number
  state: TransferState
  why: string | undefined
}

export interface NextTransfer {
  readonly outcome: TransferOutcome
  readonly why: string | undefined
}

const FEN_MIN = 10
const TITLE_LETTERS_MAX = 128
const PRODUCT = 'TRANS_ACCOUNT_NO_PWD'
const SCENE = 'DIRECT_TRANSFER'
const IDENTITIES = ['ALIPAY_LOGON_ID', 'ALIPAY_USER_ID', 'ALIPAY_OPEN_ID']

export function transfer(shop: Shop, ask: Ask): Said {
  const asked = readTransfer(ask)
  if ('ok' in asked) return asked
  const known = shop.transfers.get(asked.number)
  if (known && known.asked !== asked.asked)
    return failed('PAYMENT_INFO_INCONSISTENCY', '两次请求商户单号一样，但是参数不一致')
  if (known) return answer(known)
  const { outcome, why } = shop.nextTransfer
  shop.nextTransfer = { outcome: 'SUCCESS', why: undefined }
  if (outcome === 'REFUSED') return failed(why ?? 'PAYEE_NOT_EXIST', '转账失败')
  const made: Transfer = {
    ...asked,
    app: ask.app,
    id: newNumber(shop, '110070000006', 32),
    fundId: newNumber(shop, '110070001506', 32),
    at: shop.kit.now(),
    state: outcome === 'SYSTEM_ERROR' ? 'SUCCESS' : outcome,
    why,
  }
  shop.transfers.set(made.number, made)
  tellTransfer(shop, made)
  return outcome === 'SYSTEM_ERROR' ? failed('SYSTEM_ERROR', '系统繁忙') : answer(made)
}

export function queryTransfer(shop: Shop, { app, content }: Ask): Said {
  const refused = mayTransfer(app)
  if (refused) return refused
  const number = textOf(content, 'out_biz_no')
  const id = textOf(content, 'order_id') ?? textOf(content, 'pay_fund_order_id')
  if (number === undefined && id === undefined) return invalid('out_biz_no')
  // The merchant's number alone says too little: two products may share it.
  if (id === undefined && (content['product_code'] !== PRODUCT || content['biz_scene'] !== SCENE))
    return invalid('product_code, biz_scene')
  const one =
    id === undefined
      ? shop.transfers.get(number ?? '')
      : [...shop.transfers.values()].find((each) => each.id === id || each.fundId === id)
  if (!one) return failed('ORDER_NOT_EXIST', '转账订单不存在')
  return yes({ ...facts(one), order_fee: '0.00' })
}

/** A later word about a transfer: what was under way ends, what had arrived comes back. */
export function turnTransfer(shop: Shop, one: Transfer, state: TransferState, why?: string): void {
  one.state = state
  one.why = why
  tellTransfer(shop, one)
}

function tellTransfer(shop: Shop, one: Transfer): void {
  if (one.notifyUrl === undefined || one.state === 'DEALING' || one.state === 'WAIT_PAY') return
  tellPlatform(shop, one.notifyUrl, one.app.id, 'alipay.fund.trans.order.changed', {
    action_type: 'FINISH',
    biz_scene: SCENE,
    origin_interface: 'alipay.fund.trans.uni.transfer',
    product_code: PRODUCT,
    ...facts(one),
  })
}

const facts = (one: Transfer): Json => ({
  out_biz_no: one.number,
  order_id: one.id,
  pay_fund_order_id: one.fundId,
  status: one.state,
  trans_amount: yuan(one.fen),
  ...(one.state === 'SUCCESS' && { pay_date: chinaTime(one.at) }),
  ...(one.why !== undefined && { error_code: one.why, fail_reason: one.why }),
})

const answer = (one: Transfer): Said =>
  yes({
    out_biz_no: one.number,
    order_id: one.id,
    pay_fund_order_id: one.fundId,
    status: one.state,
    trans_date: chinaTime(one.at),
  })

function readTransfer({ app, content, notifyUrl }: Ask) {
  const refused = mayTransfer(app)
  if (refused) return refused
  const number = numberOf(content, 'out_biz_no')
  if (number === undefined) return invalid('out_biz_no')
  const fen = parseYuan(content['trans_amount'])
  if (fen === undefined) return invalid('trans_amount')
  if (fen < FEN_MIN) return failed('EXCEED_LIMIT_SM_MIN_AMOUNT', '单笔最低转账金额0.1元')
  if (content['product_code'] !== PRODUCT) return invalid('product_code')
  if (content['biz_scene'] !== SCENE) return invalid('biz_scene')
  const title = textOf(content, 'order_title')
  if (title === undefined || title.length > TITLE_LETTERS_MAX) return invalid('order_title')
  const payee = readPayee(content['payee_info'])
  if (typeof payee !== 'string') return payee
  const url = urlOf(notifyUrl)
  if (url === null) return invalid('notify_url')
  return { number, fen, asked: JSON.stringify([fen, title, payee]), notifyUrl: url }
}

function readPayee(unchecked: unknown): string | Refusal {
  if (typeof unchecked !== 'object' || unchecked === null) return invalid('payee_info')
  const payee = unchecked as Json
  const type = textOf(payee, 'identity_type')
  const identity = textOf(payee, 'identity')
  const name = textOf(payee, 'name')
  if (identity === undefined) return invalid('payee_info.identity')
  if (type === undefined || !IDENTITIES.includes(type)) return invalid('payee_info.identity_type')
  // An account goes by a telephone number or a mailbox, and those change hands: the name is compared.
  if (type === 'ALIPAY_LOGON_ID' && name === undefined) return invalid('payee_info.name')
  return JSON.stringify([type, identity, name])
}

const mayTransfer = (app: App): Refusal | undefined =>
  app.mode === 'certificate'
    ? undefined
    : no('40006', 'isv.insufficient-isv-permissions', 'ISV权限不足: 须使用证书方式')

const invalid = (name: string): Refusal => ({ ...badField(name), sub: 'INVALID_PARAMETER' })
