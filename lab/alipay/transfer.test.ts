import { expect, test } from 'vitest'
import type { Json } from '../kit/provider.ts'
import { fieldsOf, openStage, type Stage } from './stage.ts'

const PRODUCT = { product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' }
const asked = (more: Json = {}): Json => ({
  out_biz_no: 'out_1',
  trans_amount: '12.34',
  ...PRODUCT,
  order_title: '创作者收益',
  payee_info: { identity: 'payee@example.com', identity_type: 'ALIPAY_LOGON_ID', name: '张三' },
  ...more,
})
const transfer = (stage: Stage, more?: Json) =>
  stage.exec('alipay.fund.trans.uni.transfer', asked(more))
const query = (stage: Stage, more?: Json) =>
  stage.exec('alipay.fund.trans.common.query', { ...PRODUCT, out_biz_no: 'out_1', ...more })

test('T72: one number is one transfer, whoever asks again', async () => {
  await using stage = await openStage()
  const [first, again] = [await transfer(stage), await transfer(stage)]
  expect(first).toMatchObject({ code: '10000', status: 'SUCCESS', outBizNo: 'out_1' })
  expect(again).toEqual(first)
  for (const more of [{ trans_amount: '12.35' }, { order_title: '别的' }])
    expect(await transfer(stage, more)).toMatchObject({ subCode: 'PAYMENT_INFO_INCONSISTENCY' })
  expect(stage.provider.books()).toMatchObject([
    { kind: 'transfer', number: 'out_1', amount: 1_234, currency: 'CNY', state: 'SUCCESS' },
  ])
})

test.each([
  [{ trans_amount: '0.09' }, 'EXCEED_LIMIT_SM_MIN_AMOUNT'],
  [{ trans_amount: 12.34 }, 'INVALID_PARAMETER'],
  [{ out_biz_no: 'a-1' }, 'INVALID_PARAMETER'],
  [{ product_code: 'STD_RED_PACKET' }, 'INVALID_PARAMETER'],
  [{ biz_scene: undefined }, 'INVALID_PARAMETER'],
  [{ order_title: '' }, 'INVALID_PARAMETER'],
  [{ payee_info: undefined }, 'INVALID_PARAMETER'],
  [
    { payee_info: { identity: 'a@example.com', identity_type: 'ALIPAY_LOGON_ID' } },
    'INVALID_PARAMETER',
  ],
  [
    { payee_info: { identity: 'a@example.com', identity_type: 'EMAIL', name: '张三' } },
    'INVALID_PARAMETER',
  ],
])('a transfer with %o is refused', async (more, subCode) => {
  await using stage = await openStage()
  expect(await transfer(stage, more)).toMatchObject({ subCode })
  expect(stage.provider.books()).toEqual([])
})

test('a user id needs no name', async () => {
  await using stage = await openStage()
  const payee_info = { identity: '2088000000000033', identity_type: 'ALIPAY_USER_ID' }
  expect(await transfer(stage, { payee_info })).toMatchObject({ status: 'SUCCESS' })
})

test('only who has certificates sends money out', async () => {
  await using stage = await openStage()
  const sdk = await stage.sdk('key')
  await expect(
    sdk.curl('POST', '/v3/alipay/fund/trans/uni/transfer', { body: asked() }),
  ).rejects.toMatchObject({ code: 'insufficient-isv-permissions', responseHttpStatus: 403 })
})

test('who asks by the own number names product and scene besides', async () => {
  await using stage = await openStage()
  const { orderId } = await transfer(stage)
  expect(await query(stage)).toMatchObject({ status: 'SUCCESS', transAmount: '12.34', orderId })
  expect(await query(stage, { biz_scene: undefined })).toMatchObject({
    subCode: 'INVALID_PARAMETER',
  })
  expect(await query(stage, { out_biz_no: 'out_2' })).toMatchObject({ subCode: 'ORDER_NOT_EXIST' })
  const { data } = await (await stage.sdk()).curl('GET', '/v3/alipay/fund/trans/common/query', {
    query: { order_id: String(orderId) },
  })
  expect(data).toMatchObject({ out_biz_no: 'out_1', status: 'SUCCESS' })
})

test('T72: what is under way is no success; it ends as it is told to, and may come back even then', async () => {
  await using stage = await openStage()
  await stage.control('transfer_outcome', { outcome: 'DEALING' })
  expect(await transfer(stage)).toMatchObject({ status: 'DEALING' })
  expect(await query(stage)).toMatchObject({ status: 'DEALING' })
  expect(stage.sent).toEqual([])
  const turn = (outcome: string, why?: string) =>
    stage.control('transfer_outcome', { out_biz_no: 'out_1', outcome, why })
  await turn('SUCCESS')
  expect(await query(stage)).toMatchObject({ status: 'SUCCESS' })
  await turn('REFUND', 'PAYEE_CARD_INFO_ERROR')
  expect(await query(stage)).toMatchObject({
    status: 'REFUND',
    errorCode: 'PAYEE_CARD_INFO_ERROR',
  })
  expect(stage.sent).toHaveLength(2)
})

test('what was refused leaves nothing behind, and the number stays free', async () => {
  await using stage = await openStage()
  await stage.control('transfer_outcome', { outcome: 'REFUSED', why: 'PAYER_BALANCE_NOT_ENOUGH' })
  expect(await transfer(stage)).toMatchObject({ subCode: 'PAYER_BALANCE_NOT_ENOUGH' })
  expect(await query(stage)).toMatchObject({ subCode: 'ORDER_NOT_EXIST' })
  expect(await transfer(stage)).toMatchObject({ status: 'SUCCESS' })
})

test('T55: a transfer that succeeded behind an error is found by asking', async () => {
  await using stage = await openStage()
  await stage.control('transfer_outcome', { outcome: 'SYSTEM_ERROR' })
  expect(await transfer(stage)).toMatchObject({ subCode: 'SYSTEM_ERROR' })
  expect(await query(stage)).toMatchObject({ status: 'SUCCESS' })
  expect(stage.provider.books()).toHaveLength(1)
})

test('its end is told in a message of the platform', async () => {
  await using stage = await openStage()
  const { orderId } = await transfer(stage)
  const fields = fieldsOf(stage.sent[0])
  expect(fields).toMatchObject({ msg_method: 'alipay.fund.trans.order.changed', version: '1.1' })
  expect(JSON.parse(fields['biz_content'] ?? '')).toMatchObject({
    out_biz_no: 'out_1',
    order_id: orderId,
    status: 'SUCCESS',
    trans_amount: '12.34',
  })
  const sdk = await stage.sdk()
  expect(sdk.checkNotifySignV2(fields)).toBe(true)
  expect(sdk.checkNotifySignV2({ ...fields, biz_content: '{}' })).toBe(false)
})

test.each([
  { outcome: 'PAID' },
  {},
  { outcome: 'REFUSED', out_biz_no: 'out_1' },
  { outcome: 'FAIL', out_biz_no: 'x' },
])('there is no outcome %o', async (input) => {
  await using stage = await openStage()
  await expect(stage.control('transfer_outcome', input)).rejects.toThrow()
})
