import { expect, test } from 'vitest'
import {
  APPID,
  type Asked,
  decryptedBy,
  json,
  MCHID,
  newSigner,
  OPENID,
  type Reply,
  refuse,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import type { TransferAsk } from '../../channel.ts'
import { openWechat } from './index.ts'

const signer = newSigner('PUB_KEY_ID_0116789398642024122500389500000994')
const settings = {
  public_key_id: signer.serial,
  public_key: signer.publicPem,
  transfer_scene_id: '1005',
  transfer_scene_reports: [
    { info_type: '岗位类型', info_content: '创作者' },
    { info_type: '报酬说明', info_content: '11月佣金' },
  ],
  transfer_perception: '劳务报酬',
}
const account = wechatAccount(settings)

const ask: TransferAsk = {
  transferNo: '01kaq8x7m3w9t2c5v6b4n0z1ye',
  amount: 500_000n,
  currency: 'CNY',
  payee: { account: OPENID, name: '张三' },
  title: '11月创作者收益提现',
  notifyUrl: 'https://pay.example/api/v1/hooks/wechat/main',
}
const made = (state: string, over: object = {}) => ({
  out_bill_no: ask.transferNo,
  transfer_bill_no: '1330000071100999991182020050700019480001',
  create_time: '2026-11-21T17:24:00+08:00',
  state,
  ...over,
})
const found = (state: string, over: object = {}) => ({
  ...made(state),
  mch_id: MCHID,
  appid: APPID,
  transfer_amount: 500_000,
  openid: OPENID,
  update_time: '2026-11-21T17:25:00+08:00',
  ...over,
})
const fact = (state: string, over: object = {}) => ({
  kind: 'transfer',
  ...{ merchant: MCHID, livemode: true, transferNo: ask.transferNo, amount: 500_000n },
  transfer: '1330000071100999991182020050700019480001',
  ...{ currency: 'CNY', state },
  ...over,
})

const opened = (answer: (asked: Asked) => Reply) => {
  const wechat = wechatGround(answer, signer)
  const channel = openWechat(wechat.ground)
  return {
    ...wechat,
    transfer: (one = ask, as = account) => channel.transfer?.(as, one),
    queryTransfer: () => channel.queryTransfer?.(account, ask),
  }
}
const answering = (...replies: readonly Reply[]) => {
  const left = [...replies]
  return opened(() => left.shift() ?? refuse(500, 'SYSTEM_ERROR'))
}

test('PY11: a transfer names its payee so that only WeChat can read it, and answers what the payee confirms with', async () => {
  const package_info = 'affffddafdfafddffda=='
  const { transfer, asked } = answering(json(made('WAIT_USER_CONFIRM', { package_info })))
  expect(await transfer()).toEqual({
    said: 'yes',
    value: fact('wait_user', { confirm: package_info }),
  })
  const { user_name, ...rest } = asked[0]?.json ?? {}
  expect(decryptedBy(signer, String(user_name))).toBe('张三')
  expect(asked[0]?.headers['wechatpay-serial']).toBe(signer.serial)
  expect(asked[0]?.path).toBe('/v3/fund-app/mch-transfer/transfer-bills')
  expect(rest).toEqual({
    appid: APPID,
    out_bill_no: ask.transferNo,
    transfer_scene_id: '1005',
    openid: OPENID,
    transfer_amount: 500_000,
    transfer_remark: '11月创作者收益提现',
    notify_url: ask.notifyUrl,
    user_recv_perception: '劳务报酬',
    transfer_scene_report_infos: settings.transfer_scene_reports,
  })
})

test.each([
  ['ACCEPTED', 'accepted'],
  ['PROCESSING', 'processing'],
  ['WAIT_USER_CONFIRM', 'wait_user'],
  ['TRANSFERING', 'processing'],
  ['CANCELING', 'processing'],
  ['CANCELLED', 'cancelled'],
  ['FAIL', 'failed'],
  ['SUCCESS', 'succeeded'],
])('T72: %s is %s, asked for or asked after', async (spelled, state) => {
  const { transfer, queryTransfer, asked } = answering(json(made(spelled)), json(found(spelled)))
  expect(await transfer()).toEqual({ said: 'yes', value: fact(state) })
  expect(await queryTransfer()).toEqual({ said: 'yes', value: fact(state) })
  expect(asked[1]).toMatchObject({
    method: 'GET',
    path: `/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/${ask.transferNo}`,
  })
})

test.each(['CANCELED', 'CANCELLING', 'SUCCESSFUL', 'success', 'toString', ''])(
  'T72: %s is no state of WeChat’s, and decides nothing',
  async (spelled) => {
    const { transfer, queryTransfer } = answering(json(made(spelled)), json(found(spelled)))
    expect(await transfer()).toMatchObject({ said: 'unknown' })
    expect(await queryTransfer()).toMatchObject({ said: 'unknown' })
  },
)

test('PY11: why a transfer failed is said, and what was transferred is read from the books', async () => {
  const fail_reason = 'PAYEE_ACCOUNT_ABNORMAL'
  const { queryTransfer } = answering(
    json(found('FAIL', { fail_reason })),
    json(found('SUCCESS', { transfer_amount: 1 })),
    json(found('SUCCESS', { mch_id: '1900000110' })),
  )
  expect(await queryTransfer()).toEqual({
    said: 'yes',
    value: fact('failed', { why: fail_reason }),
  })
  expect(await queryTransfer()).toMatchObject({ value: { amount: 1n } })
  expect(await queryTransfer()).toMatchObject({ value: { merchant: '1900000110' } })
})

test('T72: a refusal is believed once the books know of no such transfer', async () => {
  const { transfer, asked } = answering(refuse(400, 'INVALID_REQUEST'), refuse(404, 'NOT_FOUND'))
  expect(await transfer()).toMatchObject({ said: 'no', code: 'INVALID_REQUEST' })
  expect(asked).toHaveLength(2)
})

test('T72: a refusal beside a transfer that was made is that transfer', async () => {
  const { transfer } = answering(refuse(403, 'SOMETHING_NEW'), json(found('PROCESSING')))
  expect(await transfer()).toEqual({ said: 'yes', value: fact('processing') })
})

test('T72: a refusal is unknown where the books cannot be read', async () => {
  const lost = { lost: true, why: 'timeout' } as never
  for (const books of [refuse(500, 'SYSTEM_ERROR'), refuse(403, 'NO_AUTH'), lost])
    expect(await answering(refuse(403, 'NOT_ENOUGH'), books).transfer()).toEqual({
      said: 'unknown',
      why: 'NOT_ENOUGH',
    })
})

test.each<[string, Reply]>([
  ['a fault', refuse(500, 'SYSTEM_ERROR')],
  ['a limit', refuse(429, 'FREQUENCY_LIMITED')],
  ['an unsigned answer', { ...json(made('SUCCESS')), by: 'nobody' }],
  ['an answer of another transfer', json(made('SUCCESS', { out_bill_no: 'another' }))],
  ['nothing', { lost: true, why: 'timeout' } as never],
])(
  'T72: %s leaves unknown what became of a transfer, and nothing is sent twice',
  async (_, reply) => {
    const { transfer, asked } = opened(() => reply)
    expect(await transfer()).toMatchObject({ said: 'unknown' })
    expect(asked).toHaveLength(1)
  },
)

test('T72: a transfer that WeChat does not know is not there', async () => {
  const { queryTransfer } = answering(refuse(404, 'NOT_FOUND'), refuse(403, 'NO_AUTH'))
  expect(await queryTransfer()).toEqual({ said: 'yes', value: { kind: 'not_there' } })
  expect(await queryTransfer()).toMatchObject({ said: 'no', code: 'NO_AUTH' })
})

test('PY11: a small transfer, and one to nobody by name, names nobody', async () => {
  const { transfer, asked } = opened(() => json(made('ACCEPTED')))
  await transfer({ ...ask, amount: 29n })
  await transfer({ ...ask, payee: { account: OPENID, name: '' } })
  await transfer({ ...ask, amount: 30n })
  expect(asked.map((one) => 'user_name' in one.json)).toEqual([false, false, true])
})

test('PY11: another currency, and a name too long to encrypt, are refused before anybody is asked', async () => {
  const { transfer, asked } = opened(() => json(made('ACCEPTED')))
  const named = (name: string) => transfer({ ...ask, payee: { account: OPENID, name } })
  expect(await transfer({ ...ask, currency: 'USD' })).toMatchObject({
    said: 'no',
    code: 'currency',
  })
  expect(await named('长'.repeat(67))).toMatchObject({ said: 'no', code: 'name_too_long' })
  expect(asked).toEqual([])
  expect(await named('长'.repeat(66))).toMatchObject({ said: 'yes' })
})

test('PY11: without a scene nothing is transferred', async () => {
  const { transfer, asked } = opened(() => json(made('ACCEPTED')))
  const bare = wechatAccount({ ...settings, transfer_scene_id: undefined })
  expect(await transfer(ask, bare)).toMatchObject({ said: 'no', code: 'transfer_scene_missing' })
  expect(asked).toEqual([])
})
