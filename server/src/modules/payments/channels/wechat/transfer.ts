import { constants, publicEncrypt } from 'node:crypto'
import { no, type Said, type TransferAsk, unknown, yes } from '../../channel.ts'
import type { TransferFact } from '../../fact.ts'
import { call, saidOf } from './call.ts'
import { transferFact } from './facts.ts'
import { type Fields, textIn } from './fields.ts'
import type { Desk } from './judge-message.ts'
import { NAME_BYTES_MAX, NAME_FROM_FEN, REMARK_LETTERS_MAX } from './limits.ts'
import type { Merchant } from './settings.ts'
import type { WechatKey } from './wechat-key.ts'
import { cutToLetters } from './words.ts'

const PATH = '/v3/fund-app/mch-transfer/transfer-bills'
const NOT_THERE: ReadonlySet<string> = new Set([
  'NOT_FOUND',
  'RESOURCE_NOT_EXISTS',
  'ORDER_NOT_EXIST',
])

type TransferView = TransferFact | { readonly kind: 'not_there' }

/**
 * The payee confirms in WeChat, with what `confirm` holds; the same number again answers with it again. WeChat warns
 * that a refusal it has newly thought of may stand beside a transfer that was made: none is believed before the books
 * have said that there is no such transfer.
 */
export async function transfer(
  desk: Desk,
  account: Merchant,
  ask: TransferAsk,
): Promise<Said<TransferFact>> {
  const { settings } = account
  if (settings.transfer_scene_id === undefined) return no('transfer_scene_missing')
  // The request has no field for it: another currency would silently become this one.
  if (ask.currency !== 'CNY') return no('currency')
  if (Buffer.byteLength(ask.payee.name) > NAME_BYTES_MAX) return no('name_too_long')
  const wantsName = ask.payee.name !== '' && ask.amount >= NAME_FROM_FEN
  const key = wantsName ? await desk.keys.newest(account) : undefined
  if (wantsName && key === undefined) return unknown('wechat_key')
  const told = await call(desk, account, {
    method: 'POST',
    path: PATH,
    body: {
      appid: settings.appid,
      out_bill_no: ask.transferNo,
      transfer_scene_id: settings.transfer_scene_id,
      openid: ask.payee.account,
      ...(key && { user_name: encrypted(ask.payee.name, key) }),
      transfer_amount: Number(ask.amount),
      transfer_remark: cutToLetters(ask.title, REMARK_LETTERS_MAX),
      notify_url: ask.notifyUrl,
      ...(settings.transfer_perception && { user_recv_perception: settings.transfer_perception }),
      transfer_scene_report_infos: settings.transfer_scene_reports ?? [],
    },
    ...(key && { serial: key.serial }),
  })
  if (told.told === 'done') return factOf(account, ask, told.fields)
  if (told.told === 'unclear') return unknown(told.why)
  const view = await queryTransfer(desk, account, ask)
  if (view.said !== 'yes') return unknown(told.code)
  return view.value.kind === 'not_there' ? no(told.code) : yes(view.value)
}

export async function queryTransfer(
  desk: Desk,
  account: Merchant,
  ask: TransferAsk,
): Promise<Said<TransferView>> {
  const path = `${PATH}/out-bill-no/${encodeURIComponent(ask.transferNo)}`
  const told = await call(desk, account, { method: 'GET', path })
  if (told.told === 'refused' && NOT_THERE.has(told.code)) return yes({ kind: 'not_there' })
  return told.told === 'done' ? factOf(account, ask, told.fields) : saidOf(told)
}

function factOf(account: Merchant, ask: TransferAsk, fields: Fields): Said<TransferFact> {
  if (fields['out_bill_no'] !== ask.transferNo) return unknown('answer_of_another')
  const { mchid } = account.settings
  const merchant = textIn(fields, 'mch_id') ?? textIn(fields, 'mchid') ?? mchid
  const fact = transferFact(account, fields, { merchant, amount: ask.amount })
  return fact ? yes(fact) : unknown('state_unknown')
}

/** A name travels only so that WeChat can read it. */
const encrypted = (name: string, { key }: WechatKey): string =>
  publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(name),
  ).toString('base64')
