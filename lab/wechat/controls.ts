import { createVerify } from 'node:crypto'
import Type, { type Static, type TSchema } from 'typebox'
import { Check } from 'typebox/value'
import type { Json } from '../kit/provider.ts'
import { makePlatform, type PlatformKey } from './keys.ts'
import {
  BILL_SPOILS,
  type Merchant,
  MODES,
  newApiV3Key,
  newestCertificate,
  newToken,
  REFUND_STATES,
  type Refund,
  TRADE_STATES,
  type Transfer,
  take,
} from './merchant.ts'
import { notify } from './notify.ts'
import { findOrder, pay } from './pay.ts'
import { beginRefund, endRefund } from './refunds.ts'
import { firstFault } from './shapes.ts'
import { confirmTransfer, expireTransfer, failTransfer } from './transfers.ts'
import { orderView, refundView, transferView } from './views.ts'

type Control = (input: Json) => Promise<Json>

const strict = { additionalProperties: false }
const Fen = Type.Integer({ minimum: 0 })
const Days = Type.Integer({ minimum: 1, maximum: 3650 })
const No = Type.String({ minLength: 1, maxLength: 64 })
const oneOf = <const T extends string>(names: readonly T[]) => Type.Enum([...names])

const OneOrder = Type.Object({ out_trade_no: No }, strict)
const OneTransfer = Type.Object({ out_bill_no: No }, strict)

/** What people do, and what only WeChat Pay can do. */
export const controlsOf = (merchant: Merchant): Readonly<Record<string, Control>> => ({
  ...orderControls(merchant),
  ...refundControls(merchant),
  ...transferControls(merchant),
  ...platformControls(merchant),
})

/** Reads the input by its shape; what comes of it is thrown as a sentence or answered. */
const control =
  <T extends TSchema>(shape: T, act: (input: Static<T>) => Json | Promise<Json>): Control =>
  async (input) => {
    if (isOf(shape, input)) return act(input)
    const { field, issue } = firstFault(shape, input)
    throw new Error(`${field}: ${issue}`)
  }

const isOf = <T extends TSchema>(shape: T, input: unknown): input is Static<T> =>
  Check(shape, input)

const orderControls = (merchant: Merchant): Record<string, Control> => ({
  pay: control(
    Type.Object(
      {
        out_trade_no: No,
        amount: Type.Optional(Fen),
        coupon: Type.Optional(Fen),
        openid: Type.Optional(No),
        late: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
    ({ out_trade_no, ...wish }) => {
      const order = findOrder(merchant, out_trade_no)
      pay(merchant, order, wish)
      return orderView(merchant, order)
    },
  ),
  jsapi_pay: control(
    Type.Object({ params: Type.Record(Type.String(), Type.String()) }, strict),
    ({ params }) => payInApp(merchant, params),
  ),
  trade_state: control(
    Type.Object({ out_trade_no: No, state: oneOf(TRADE_STATES) }, strict),
    ({ out_trade_no, state }) => {
      const order = findOrder(merchant, out_trade_no)
      order.state = state
      return orderView(merchant, order)
    },
  ),
  expire: control(OneOrder, ({ out_trade_no }) => {
    const order = findOrder(merchant, out_trade_no)
    order.expiresAt = merchant.kit.now()
    order.linkedAt = 0
    return orderView(merchant, order)
  }),
  backdate: control(
    Type.Object({ out_trade_no: No, days: Days }, strict),
    ({ out_trade_no, days }) => {
      const order = findOrder(merchant, out_trade_no)
      const earlier = days * 86_400_000
      if (order.payment) order.payment.at -= earlier
      for (const refund of order.refunds) refund.at -= earlier
      return orderView(merchant, order)
    },
  ),
})

/** The page of a JSAPI order calls WeChat with parameters that the app signed. */
function payInApp(merchant: Merchant, params: Readonly<Record<string, string>>): Json {
  const { appId = '', timeStamp = '', nonceStr = '', signType, paySign = '' } = params
  const given = params['package'] ?? ''
  const text = [appId, timeStamp, nonceStr, given, ''].join('\n')
  const isSigned = createVerify('sha256')
    .update(text)
    .verify(merchant.keys.merchant.publicKey, paySign, 'base64')
  if (signType !== 'RSA' || !isSigned) throw new Error('paySign: the signature is wrong')
  if (appId !== merchant.appid) throw new Error('appId: not bound to this merchant')
  const order = [...merchant.orders.values()].find(
    ({ prepayId }) => given === `prepay_id=${prepayId}`,
  )
  if (!order) throw new Error('package: no such prepay_id')
  pay(merchant, order)
  return orderView(merchant, order)
}

const refundControls = (merchant: Merchant): Record<string, Control> => ({
  refund_in_console: control(
    Type.Object(
      { out_trade_no: No, amount: Type.Optional(Fen), notify: Type.Optional(Type.Boolean()) },
      strict,
    ),
    ({ out_trade_no, amount, notify: tells = true }) => {
      const order = findOrder(merchant, out_trade_no)
      const wanted = amount ?? order.payment?.total ?? 0
      if (!take(merchant, wanted)) throw new Error('the balance does not suffice')
      const notifyUrl = tells ? order.notifyUrl : undefined
      const number = `console${newToken(8)}`
      return refundView(beginRefund(merchant, order, { number, amount: wanted, notifyUrl }))
    },
  ),
  refund_result: control(
    Type.Object({ result: oneOf(REFUND_STATES), out_refund_no: Type.Optional(No) }, strict),
    ({ result, out_refund_no }) => {
      if (out_refund_no === undefined) {
        merchant.refundResult = result
        return { result }
      }
      const refund = findRefund(merchant, out_refund_no)
      endRefund(merchant, refund, result)
      return refundView(refund)
    },
  ),
  balance: control(
    Type.Object({ amount: Type.Union([Fen, Type.Null()]) }, strict),
    ({ amount }) => {
      merchant.balance = amount ?? undefined
      return { amount }
    },
  ),
})

function findRefund(merchant: Merchant, number: string): Refund {
  const refund = merchant.refunds.get(number)
  if (!refund) throw new Error('there is no such refund')
  return refund
}

const transferControls = (merchant: Merchant): Record<string, Control> => ({
  confirm_transfer: control(OneTransfer, ({ out_bill_no }) =>
    onTransfer(merchant, out_bill_no, (transfer) => confirmTransfer(merchant, transfer)),
  ),
  fail_transfer: control(
    Type.Object({ out_bill_no: No, reason: Type.Optional(No) }, strict),
    ({ out_bill_no, reason = 'ACCOUNT_FROZEN' }) =>
      onTransfer(merchant, out_bill_no, (transfer) => failTransfer(merchant, transfer, reason)),
  ),
  expire_transfer: control(OneTransfer, ({ out_bill_no }) =>
    onTransfer(merchant, out_bill_no, (transfer) => expireTransfer(merchant, transfer)),
  ),
  transfer_start: control(
    Type.Object({ state: oneOf(['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM']) }, strict),
    ({ state }) => {
      merchant.transferStart = state
      return { state }
    },
  ),
  payee: control(Type.Object({ openid: No, name: No }, strict), ({ openid, name }) => {
    merchant.names.set(openid, name)
    return { openid, name }
  }),
})

function onTransfer(merchant: Merchant, number: string, act: (transfer: Transfer) => void): Json {
  const transfer = merchant.transfers.get(number)
  if (!transfer) throw new Error('there is no such transfer')
  act(transfer)
  return transferView(merchant, transfer)
}

const platformControls = (merchant: Merchant): Record<string, Control> => ({
  mode: control(Type.Object({ mode: oneOf(MODES) }, strict), ({ mode }) => {
    merchant.mode = mode
    return { mode }
  }),
  /** What the platform can sign with, whatever the mode. */
  keys: control(Type.Object({}, strict), () => {
    const shown = ({ id, pem }: PlatformKey) => ({ id, pem })
    const { publicKey } = merchant.keys
    return { certificate: shown(newestCertificate(merchant)), public_key: shown(publicKey) }
  }),
  rotate_certificate: control(
    Type.Object({ overlap: Type.Optional(Type.Boolean()) }, strict),
    async ({ overlap = true }) => {
      const { keys, kit } = merchant
      const next = await makePlatform(kit.now())
      keys.certificates = overlap ? [...keys.certificates, next] : [next]
      return { serial_no: next.id }
    },
  ),
  rotate_api_v3_key: control(Type.Object({}, strict), () => {
    merchant.apiV3Key = newApiV3Key()
    return { apiv3_key: merchant.apiV3Key }
  }),
  probe: control(
    Type.Object({ share: Type.Number({ minimum: 0, maximum: 1 }) }, strict),
    ({ share }) => {
      merchant.probeShare = share
      return { share }
    },
  ),
  notify: control(
    Type.Object(
      {
        url: Type.String(),
        type: Type.String(),
        original: Type.String(),
        plain: Type.Record(Type.String(), Type.Unknown()),
      },
      strict,
    ),
    (event) => {
      notify(merchant, { ...event, summary: event.type })
      return { sent: event.type }
    },
  ),
  bill: control(Type.Object({ wrong: oneOf(BILL_SPOILS) }, strict), ({ wrong }) => {
    merchant.billSpoil = wrong
    return { wrong }
  }),
  expire_downloads: control(Type.Object({}, strict), () => {
    for (const download of merchant.downloads.values()) download.expiresAt = 0
    return { expired: merchant.downloads.size }
  }),
})
