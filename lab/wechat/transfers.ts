import type { Static } from 'typebox'
import type { Json } from '../kit/provider.ts'
import { shanghaiTime } from '../kit/shanghai.ts'
import {
  type Answer,
  invalid,
  isRefusal,
  ok,
  type Refusal,
  refuse,
  wrongParameter,
} from './answer.ts'
import {
  give,
  type Merchant,
  newestCertificate,
  newToken,
  type Transfer,
  type TransferState,
  take,
} from './merchant.ts'
import { notifyTransfer } from './notify.ts'
import { refuseNotifyUrl } from './notify-url.ts'
import type { Call } from './routes.ts'
import { openField } from './seal.ts'
import { parse, TRANSFER } from './shapes.ts'
import { transferView } from './views.ts'

const CONFIRM_MS = 24 * 3_600_000
/** How long the platform takes for a step of its own. */
const STEP_MS = 1_000
/** In fen: a name is wanted from the first on, and forbidden below the second. */
const NAME_WANTED = 200_000
const NAME_ALLOWED = 30
/** What has to be reported of a commission. */
const SCENES: Readonly<Record<string, readonly string[]>> = { '1005': ['岗位类型', '报酬说明'] }

export function requestTransfer(merchant: Merchant, { body, serial }: Call): Answer {
  const parsed = parse(TRANSFER, body)
  if (isRefusal(parsed)) return parsed
  const wanted = parsed.body
  const name = readName(merchant, wanted, serial)
  if (typeof name === 'object') return name
  const refused = refuseTransfer(merchant, wanted)
  if (refused) return refused
  const asked = JSON.stringify([
    wanted.openid,
    wanted.transfer_amount,
    wanted.transfer_scene_id,
    name,
  ])
  const before = merchant.transfers.get(wanted.out_bill_no)
  if (before && before.asked !== asked)
    return invalid('this out_bill_no was used before with other parameters')
  const transfer = before ?? open(merchant, wanted, asked, name)
  if (transfer.state === 'ACCEPTED' || transfer.state === 'PROCESSING') begin(merchant, transfer)
  return ok(begun(transfer))
}

function readName(
  merchant: Merchant,
  { user_name, transfer_amount }: Static<typeof TRANSFER>,
  serial: string | undefined,
): string | undefined | Refusal {
  if (user_name === undefined)
    return transfer_amount < NAME_WANTED
      ? undefined
      : wrongParameter('/user_name', 'wanted from 2000 yuan on')
  if (transfer_amount < NAME_ALLOWED)
    return wrongParameter('/user_name', 'not allowed below 0.30 yuan')
  if (serial === undefined)
    return refuse(400, 'PARAM_ERROR', 'Wechatpay-Serial: says for which key fields are encrypted')
  const { certificates, publicKey } = merchant.keys
  const key = [publicKey, ...certificates].find(({ id }) => id === serial)
  const name = openField(user_name, key ?? newestCertificate(merchant))
  return (
    name ?? wrongParameter('/user_name', 'not encrypted for the key that Wechatpay-Serial names')
  )
}

function refuseTransfer(merchant: Merchant, wanted: Static<typeof TRANSFER>): Refusal | undefined {
  if (wanted.appid !== merchant.appid)
    return refuse(400, 'APPID_MCHID_NOT_MATCH', 'appid: not bound to this merchant')
  const reported = wanted.transfer_scene_report_infos.map(({ info_type }) => info_type)
  const missing = SCENES[wanted.transfer_scene_id]?.find((type) => !reported.includes(type))
  if (missing !== undefined)
    return wrongParameter('/transfer_scene_report_infos', `this scene wants ${missing}`)
  return wanted.notify_url === undefined ? undefined : refuseNotifyUrl(wanted.notify_url)
}

function open(
  merchant: Merchant,
  wanted: Static<typeof TRANSFER>,
  asked: string,
  name: string | undefined,
): Transfer {
  const now = merchant.kit.now()
  const transfer: Transfer = {
    ...{ asked, name, openid: wanted.openid, remark: wanted.transfer_remark },
    ...{ number: wanted.out_bill_no, amount: wanted.transfer_amount },
    notifyUrl: wanted.notify_url,
    id: merchant.newId('13300'),
    packageInfo: Buffer.from(newToken(48)).toString('base64'),
    ...{ createdAt: now, at: now, why: undefined, state: 'ACCEPTED' },
  }
  merchant.transfers.set(transfer.number, transfer)
  return transfer
}

/** Without the money for it a transfer waits for its number to be sent again. */
function begin(merchant: Merchant, transfer: Transfer): void {
  const wanted = merchant.transferStart
  const isShort = wanted === 'WAIT_USER_CONFIRM' && !take(merchant, transfer.amount)
  step(merchant, transfer, isShort ? 'PROCESSING' : wanted)
  if (transfer.state === 'WAIT_USER_CONFIRM')
    merchant.kit.later(CONFIRM_MS, () => expireTransfer(merchant, transfer))
}

const begun = ({ number, id, createdAt, state, packageInfo }: Transfer): Json => ({
  out_bill_no: number,
  transfer_bill_no: id,
  create_time: shanghaiTime(createdAt),
  state,
  ...(state === 'WAIT_USER_CONFIRM' && { package_info: packageInfo }),
})

export const queryTransfer = (merchant: Merchant, { params }: Call): Answer =>
  answerQuery(merchant, merchant.transfers.get(params[0] ?? ''))

export const queryTransferById = (merchant: Merchant, { params }: Call): Answer =>
  answerQuery(
    merchant,
    [...merchant.transfers.values()].find(({ id }) => id === params[0]),
  )

const answerQuery = (merchant: Merchant, transfer: Transfer | undefined): Answer =>
  transfer ? ok(transferView(merchant, transfer)) : NO_TRANSFER

const NO_TRANSFER = refuse(404, 'NOT_FOUND', 'there is no such transfer')

export function cancelTransfer(merchant: Merchant, { params }: Call): Answer {
  const transfer = merchant.transfers.get(params[0] ?? '')
  if (!transfer) return NO_TRANSFER
  const { state } = transfer
  const isOpen = state === 'ACCEPTED' || state === 'PROCESSING' || state === 'WAIT_USER_CONFIRM'
  if (!isOpen && state !== 'CANCELING' && state !== 'CANCELLED')
    return invalid('it can no longer be cancelled')
  if (isOpen) {
    const taken = state === 'WAIT_USER_CONFIRM'
    step(merchant, transfer, 'CANCELING')
    merchant.kit.later(STEP_MS, () => end(merchant, transfer, 'CANCELLED', { taken }))
  }
  return ok({
    out_bill_no: transfer.number,
    transfer_bill_no: transfer.id,
    state: transfer.state,
    update_time: shanghaiTime(transfer.at),
  })
}

/** The payee takes the money, in their app. */
export function confirmTransfer(merchant: Merchant, transfer: Transfer): void {
  mustWait(transfer)
  const known = merchant.names.get(transfer.openid)
  if (transfer.name !== undefined && known !== undefined && transfer.name !== known) {
    end(merchant, transfer, 'FAIL', { why: 'NAME_NOT_CORRECT', taken: true })
    return
  }
  step(merchant, transfer, 'TRANSFERING')
  merchant.kit.later(STEP_MS, () => end(merchant, transfer, 'SUCCESS', { taken: false }))
}

export function failTransfer(merchant: Merchant, transfer: Transfer, why: string): void {
  mustWait(transfer)
  end(merchant, transfer, 'FAIL', { why, taken: true })
}

/** Nobody confirmed it within a day. */
export function expireTransfer(merchant: Merchant, transfer: Transfer): void {
  if (transfer.state === 'WAIT_USER_CONFIRM')
    end(merchant, transfer, 'FAIL', { why: 'OVERDUE_CLOSE', taken: true })
}

function mustWait({ state }: Transfer): void {
  if (state !== 'WAIT_USER_CONFIRM') throw new Error(`the transfer is ${state}`)
}

function step(merchant: Merchant, transfer: Transfer, state: TransferState): void {
  transfer.state = state
  transfer.at = merchant.kit.now()
}

/** `taken` says that the money comes back. */
function end(
  merchant: Merchant,
  transfer: Transfer,
  state: TransferState,
  { why, taken }: { readonly why?: string; readonly taken: boolean },
): void {
  step(merchant, transfer, state)
  transfer.why = why
  if (taken) give(merchant, transfer.amount)
  notifyTransfer(merchant, transfer)
}
