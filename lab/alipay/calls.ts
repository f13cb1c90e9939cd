import type { Ask } from './ask.ts'
import { billAddress } from './bill-door.ts'
import { precreate } from './place-order.ts'
import { queryRefund, refund } from './refund.ts'
import type { Said } from './said.ts'
import type { Shop } from './shop.ts'
import { close, query } from './trade.ts'
import { queryTransfer, transfer } from './transfer.ts'

interface Call {
  /** `alipay.trade.query`; v3 has the same with strokes for dots. */
  readonly name: string
  /** By which v3 takes it. */
  readonly method: 'GET' | 'POST'
  readonly run: (shop: Shop, ask: Ask) => Said
}

/** What both gateways answer. The calls that show a page are not among them: v3 has none. */
export const CALLS: readonly Call[] = [
  { name: 'alipay.trade.precreate', method: 'POST', run: precreate },
  { name: 'alipay.trade.query', method: 'POST', run: query },
  { name: 'alipay.trade.close', method: 'POST', run: close },
  { name: 'alipay.trade.refund', method: 'POST', run: refund },
  { name: 'alipay.trade.fastpay.refund.query', method: 'POST', run: queryRefund },
  { name: 'alipay.data.dataservice.bill.downloadurl.query', method: 'GET', run: billAddress },
  { name: 'alipay.fund.trans.uni.transfer', method: 'POST', run: transfer },
  { name: 'alipay.fund.trans.common.query', method: 'GET', run: queryTransfer },
]
