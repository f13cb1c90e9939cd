import { expect, test } from 'vitest'
import {
  APP,
  alipaySides,
  isSigned,
  type Line,
  type Script,
  REFUND_NO as TRANSFER_NO,
} from '../../../../../test/alipay-side.ts'
import type { TransferAsk } from '../../channel.ts'
import { openAlipay } from './index.ts'

const alipaySide = alipaySides(openAlipay)

const TRANSFER = '/v3/alipay/fund/trans/uni/transfer'
const QUERY = '/v3/alipay/fund/trans/common/query'
const transferAsk: TransferAsk = {
  transferNo: TRANSFER_NO,
  amount: 8800n,
  currency: 'CNY',
  payee: { account: 'creator@example.com', name: '张三' },
  title: '稿费 & more',
  notifyUrl: 'https://pay.example/hook',
}
const order = (status: string, more = {}) => ({
  ...{ out_biz_no: TRANSFER_NO, order_id: '20261121110070001506', status, ...more },
})
const NOT_THERE: Line = { status: 400, body: { code: 'ORDER_NOT_EXIST' } }
const LOST: Line = { body: '', how: 'lost' }

const open = (script: Script, settings = {}) => {
  const side = alipaySide({ script, settings })
  return {
    side,
    transfer: () => side.channel.transfer?.(side.account, transferAsk),
    query: () => side.channel.queryTransfer?.(side.account, transferAsk),
  }
}

test('PY11: a transfer names its payee by login and name, and is one number', async () => {
  const { side, transfer } = open({ [TRANSFER]: { body: order('SUCCESS') } })
  expect(await transfer()).toEqual({
    said: 'yes',
    value: {
      ...{ kind: 'transfer', merchant: APP, livemode: true, transferNo: TRANSFER_NO },
      ...{ transfer: '20261121110070001506', amount: 8800n, currency: 'CNY', state: 'succeeded' },
    },
  })
  expect(side.lastBody()).toEqual({
    ...{ out_biz_no: TRANSFER_NO, trans_amount: '88.00', order_title: '稿费   more' },
    ...{ product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' },
    payee_info: { identity: 'creator@example.com', identity_type: 'ALIPAY_LOGON_ID', name: '张三' },
  })
})

test('PY11: the scene that newer contracts ask for goes along', async () => {
  const transfer_scene = { name: '佣金报酬', infos: [{ type: '佣金报酬说明', content: '推广' }] }
  const { side, transfer } = open({ [TRANSFER]: { body: order('DEALING') } }, { transfer_scene })
  expect(await transfer()).toMatchObject({ value: { state: 'processing' } })
  expect(side.lastBody()).toMatchObject({
    transfer_scene_name: '佣金报酬',
    transfer_scene_report_infos: [{ info_type: '佣金报酬说明', info_content: '推广' }],
  })
})

test('T72: a time-out, a fault of Alipay and an answer about another transfer are unknown', async () => {
  for (const line of [
    LOST,
    { status: 400, body: { code: 'SYSTEM_ERROR' } },
    { status: 500, body: { code: 'WHATEVER' } },
    { body: order('SUCCESS'), how: 'unsigned' },
    { body: order('SUCCESS', { out_biz_no: 'other' }) },
    { body: order('SOMETHING_NEW') },
  ] satisfies Line[])
    expect((await open({ [TRANSFER]: line }).transfer())?.said).toBe('unknown')
})

test('T72: a refusal gives the balance back, so it is asked whether an earlier call has paid', async () => {
  const refused: Line = { status: 400, body: { code: 'PAYER_BALANCE_NOT_ENOUGH' } }
  const after = (line: Line) => open({ [TRANSFER]: refused, [QUERY]: line }).transfer()
  expect(await after(NOT_THERE)).toMatchObject({ said: 'no', code: 'PAYER_BALANCE_NOT_ENOUGH' })
  expect(await after({ body: order('SUCCESS') })).toMatchObject({ value: { state: 'succeeded' } })
  expect(await after({ body: order('FAIL', { error_code: 'PAYEE_NOT_EXIST' }) })).toMatchObject({
    value: { state: 'failed', why: 'PAYEE_NOT_EXIST' },
  })
  for (const line of [LOST, { status: 403, body: { code: 'insufficient-isv-permissions' } }])
    expect((await after(line))?.said).toBe('unknown')
})

test('T72: the query names product, scene and number, and what it finds ends the transfer or not', async () => {
  const { side, query } = open({ [QUERY]: { body: order('REFUND', { trans_amount: '88.00' }) } })
  expect(await query()).toMatchObject({ value: { state: 'returned', amount: 8800n } })
  const [request] = side.asked
  expect(request && isSigned(request, side.app.publicKey)).toBe(true)
  expect(Object.fromEntries(new URL(request?.url ?? '').searchParams)).toEqual({
    ...{ product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' },
    out_biz_no: TRANSFER_NO,
  })
  expect(request?.body).toBeUndefined()
  expect(await open({ [QUERY]: NOT_THERE }).query()).toEqual({
    said: 'yes',
    value: { kind: 'not_there' },
  })
  expect((await open({ [QUERY]: { ...NOT_THERE, how: 'unsigned' } }).query())?.said).toBe('unknown')
})

test('T45: an amount of another transfer, or none, is not ours', async () => {
  const amountOf = async (trans_amount: unknown) => {
    const said = await open({ [QUERY]: { body: order('SUCCESS', { trans_amount }) } }).query()
    return said?.said === 'yes' && said.value.kind === 'transfer' ? said.value.amount : 'none'
  }
  expect(await Promise.all(['88.01', '88.0', 88].map(amountOf))).toEqual([
    8801n,
    undefined,
    undefined,
  ])
})

test('T70: why something is unknown or refused names neither the payee nor a key', async () => {
  const lines: Line[] = [
    LOST,
    { status: 400, body: { code: '张三 creator@example.com', message: 'creator@example.com' } },
    { status: 400, body: { code: 'PAYEE_NOT_EXIST', message: '张三 creator@example.com' } },
  ]
  for (const line of lines) {
    const { side, transfer } = open({ [TRANSFER]: line, [QUERY]: NOT_THERE })
    const said = JSON.stringify(await transfer())
    for (const word of ['张三', 'creator', side.account.secrets.private_key.slice(40, 80)])
      expect(said).not.toContain(word)
  }
})
