import { type Ground, type Said, type TransferAsk, unknown, yes } from '../../channel.ts'
import type { TransferFact, TransferState } from '../../fact.ts'
import { callAlipay, type Fields, textOf } from './gateway.ts'
import { plainWords } from './refund.ts'
import type { AlipayAccount } from './settings.ts'
import { parseYuan, yuanText } from './yuan.ts'

const PRODUCT = { product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' } as const

/** Red packets and the like are told by the same message. */
export const isPlainTransfer = (product: string | undefined): boolean =>
  product === undefined || product === PRODUCT.product_code

export type TransferView = TransferFact | { readonly kind: 'not_there' }

export async function transferOut(
  ground: Ground,
  account: AlipayAccount,
  ask: TransferAsk,
): Promise<Said<TransferFact>> {
  const { transfer_scene } = account.settings
  const said = await callAlipay(ground, account, {
    method: 'POST',
    path: 'alipay/fund/trans/uni/transfer',
    body: {
      out_biz_no: ask.transferNo,
      trans_amount: yuanText(ask.amount),
      ...PRODUCT,
      order_title: plainWords(ask.title),
      // With the login Alipay asks for the name, and refuses where the two do not belong together.
      payee_info: {
        identity: ask.payee.account,
        identity_type: 'ALIPAY_LOGON_ID',
        name: ask.payee.name,
      },
      ...(transfer_scene && {
        transfer_scene_name: transfer_scene.name,
        transfer_scene_report_infos: transfer_scene.infos.map(({ type, content }) => ({
          info_type: type,
          info_content: content,
        })),
      }),
    },
  })
  if (said.said === 'unknown') return said
  if (said.said === 'yes') return read(account, ask, said.value.fields)
  // The balance goes back on a refusal, so it has to be one: an earlier call under this number may have paid.
  const seen = await queryTransfer(ground, account, ask)
  if (seen.said !== 'yes') return unknown(said.code)
  return seen.value.kind === 'transfer' ? yes(seen.value) : said
}

export async function queryTransfer(
  ground: Ground,
  account: AlipayAccount,
  ask: TransferAsk,
): Promise<Said<TransferView>> {
  const said = await callAlipay(ground, account, {
    method: 'GET',
    path: 'alipay/fund/trans/common/query',
    query: { ...PRODUCT, out_biz_no: ask.transferNo },
  })
  if (said.said === 'no' && said.code === 'ORDER_NOT_EXIST') return yes({ kind: 'not_there' })
  return said.said === 'yes' ? read(account, ask, said.value.fields) : said
}

function read(account: AlipayAccount, ask: TransferAsk, fields: Fields): Said<TransferFact> {
  if (textOf(fields, 'out_biz_no') !== ask.transferNo)
    return unknown('an answer about another transfer')
  const fact = transferFact(account, fields, ask.amount)
  return fact ? yes(fact) : unknown('a transfer in a state that is not known here')
}

const STATES: Readonly<Record<string, TransferState>> = {
  INIT: 'accepted',
  WAIT_PAY: 'processing',
  DEALING: 'processing',
  SUCCESS: 'succeeded',
  FAIL: 'failed',
  CLOSED: 'cancelled',
  REFUND: 'returned',
}

/** As an answer says it, or a notification. Undefined where it names no number, or a state unknown here. */
export function transferFact(
  account: AlipayAccount,
  fields: Fields,
  /** Where it names none. */
  amount: bigint | undefined,
): TransferFact | undefined {
  const transferNo = textOf(fields, 'out_biz_no')
  const state = STATES[textOf(fields, 'status') ?? '']
  const said = fields['trans_amount']
  const why = textOf(fields, 'error_code')
  return transferNo === undefined || state === undefined
    ? undefined
    : {
        kind: 'transfer',
        merchant: account.settings.app_id,
        livemode: account.livemode,
        transferNo,
        transfer: textOf(fields, 'order_id'),
        amount: said === undefined ? amount : parseYuan(typeof said === 'string' ? said : ''),
        currency: 'CNY',
        state,
        ...(why !== undefined && { why }),
      }
}
