import type { Json } from '../kit/provider.ts'
import { chinaTime, chinaTimeExactly } from './china-time.ts'
import { encodeGbk } from './gbk.ts'
import { type KeyPair, signedText, signRsa2 } from './keys.ts'
import { type Order, paidFen, type Refund, refundedFen, type Trade } from './order.ts'
import { newNumber, type Shop } from './shop.ts'
import { yuan } from './yuan.ts'

const MINUTE_MS = 60_000
/** The waits between eight attempts, within 25 hours. */
const RETRIES_MS = [4, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * MINUTE_MS)

/** What has become of a trade, to the address its order named. A refund tells the sum of all that went back. */
export function tellTrade(shop: Shop, order: Order, trade: Trade, refund?: Refund): void {
  if (order.notifyUrl === undefined) return
  const paid = yuan(paidFen(trade))
  const optional: Readonly<Record<string, string | undefined>> = {
    body: order.body,
    passback_params: order.passback,
    gmt_payment: trade.paidAt === undefined ? undefined : chinaTime(trade.paidAt),
    gmt_close: trade.closedAt === undefined ? undefined : chinaTime(trade.closedAt),
    ...(refund && {
      refund_fee: yuan(refundedFen(trade)),
      gmt_refund: chinaTimeExactly(refund.at),
      out_biz_no: refund.number,
    }),
    ...(trade.paidAt !== undefined && {
      fund_bill_list: JSON.stringify([{ amount: paid, fundChannel: 'ALIPAYACCOUNT' }]),
    }),
  }
  const fields = {
    notify_type: 'trade_status_sync',
    app_id: order.app.id,
    auth_app_id: order.app.id,
    version: '1.0',
    seller_id: shop.seller.id,
    seller_email: shop.seller.email,
    buyer_id: trade.buyer.id,
    buyer_logon_id: trade.buyer.logonId,
    trade_no: trade.id,
    out_trade_no: order.number,
    subject: order.subject,
    trade_status: trade.state,
    total_amount: yuan(trade.fen),
    receipt_amount: paid,
    invoice_amount: paid,
    buyer_pay_amount: paid,
    point_amount: '0.00',
    gmt_create: chinaTime(trade.createdAt),
    ...present(optional),
  }
  deliver(
    shop,
    order.notifyUrl,
    () => ({ ...fields, notify_time: chinaTime(shop.kit.now()) }),
    false,
  )
}

/** A message of the platform: the news are a JSON text in it, and its signature covers `sign_type` as well. */
export function tellPlatform(shop: Shop, url: string, appId: string, method: string, news: Json) {
  const fields = {
    app_id: appId,
    msg_method: method,
    version: '1.1',
    utc_timestamp: String(shop.kit.now()),
    biz_content: JSON.stringify(news),
  }
  deliver(shop, url, () => fields, true)
}

function deliver(
  shop: Shop,
  url: string,
  fieldsNow: () => Readonly<Record<string, string>>,
  withSignType: boolean,
): void {
  const id = newNumber(shop, '00222', 34)
  shop.kit.deliver({
    provider: 'alipay',
    url,
    retriesMs: RETRIES_MS,
    acknowledged: (status, body) => status === 200 && body === 'success',
    message: ({ forged }) => {
      const { charset } = shop
      const fields = { ...fieldsNow(), notify_id: id, charset }
      const keys = forged ? shop.impostor : shop.alipay.keys
      const sign = signFields({ ...fields, ...(withSignType && { sign_type: 'RSA2' }) }, keys)
      return {
        headers: { 'content-type': `application/x-www-form-urlencoded; charset=${charset}` },
        body: form({ ...fields, sign_type: 'RSA2', sign }, charset),
      }
    },
  })
}

type Fields = Readonly<Record<string, string>>

const bytes = (text: string, charset: string | undefined): Buffer =>
  charset === 'GBK' ? encodeGbk(text) : Buffer.from(text)

export const signFields = (fields: Fields, keys: KeyPair): string =>
  signRsa2(bytes(signedText(fields), fields['charset']), keys)

const form = (fields: Fields, charset: string): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${escaped(bytes(value, charset))}`)
    .join('&')

const escaped = (value: Buffer): string =>
  [...value]
    .map((byte) => {
      const letter = String.fromCharCode(byte)
      return /[0-9A-Za-z._*-]/.test(letter)
        ? letter
        : byte === 0x20
          ? '+'
          : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

const present = (fields: Readonly<Record<string, string | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
