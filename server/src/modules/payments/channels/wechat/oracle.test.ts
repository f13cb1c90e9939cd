import { createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin'
import {
  APIV3_KEY,
  delivery,
  json,
  MCHID,
  MERCHANT_SERIAL,
  newSigner,
  OPENID,
  paid,
  TODAY,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import { openWechat } from './index.ts'
import { openSealed } from './sealed.ts'

// An independent client of WeChat Pay: what it writes we read, and it reads what we write.

const signer = newSigner('PUB_KEY_ID_0116789398642024122500389500000994')
const account = wechatAccount({
  public_key_id: signer.serial,
  public_key: signer.publicPem,
  transfer_scene_id: '1005',
})
const merchantKey = createPublicKey(account.secrets.merchant_key)
const wechat = wechatGround(() => json({ prepay_id: 'wx2016', trade_state: 'NOTPAY' }), signer)
const channel = openWechat(wechat.ground)

const attempt = {
  ...{ tradeNo: paid().out_trade_no, ref: undefined, method: 'jsapi', amount: 3000n },
  currency: 'CNY',
  createdAt: TODAY as never,
  expiresAt: (TODAY + 1_800_000) as never,
}
const notifyUrl = 'https://pay.example/api/v1/hooks/wechat/main'
const create = () =>
  channel.create(account, {
    ...attempt,
    ...{ title: '600 credits 充值', notifyUrl, returnUrl: 'https://pay.example/' },
    payer: { ip: '203.0.113.7', openid: OPENID },
  })

test('PY6: the independent client verifies how our requests are signed', async () => {
  await create()
  await channel.query(account, attempt)
  await channel.downloadBill(account, '2026-11-20')
  expect(wechat.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
  for (const { method, path, headers, body } of wechat.asked) {
    const [scheme = '', spelled = ''] = headers['authorization']?.split(' ') ?? []
    const field = Object.fromEntries(
      [...spelled.matchAll(/(\w+)="([^"]*)"/g)].map((m) => m.slice(1)),
    )
    expect(scheme).toBe('WECHATPAY2-SHA256-RSA2048')
    expect(field).toMatchObject({ mchid: MCHID, serial_no: MERCHANT_SERIAL })
    const text = Formatter.request(method, path, field.timestamp, field.nonce_str, body)
    expect(Rsa.verify(text, field.signature, merchantKey)).toBe(true)
    const { signature, timestamp, nonce_str } = field
    const theirs = Formatter.authorization(MCHID, nonce_str, signature, timestamp, MERCHANT_SERIAL)
    expect(spelled.split(',').sort()).toEqual(
      theirs
        .slice(scheme.length + 1)
        .split(',')
        .sort(),
    )
  }
})

test('PY6: the independent client verifies what a page signs in with', async () => {
  const created = await create()
  if (created.said !== 'yes' || created.value.next.kind !== 'jsapi') throw new Error('not created')
  const { params } = created.value.next
  const { appId, timeStamp, nonceStr, package: wrapped, paySign } = params
  const text = Formatter.joinedByLineFeed(`${appId}`, `${timeStamp}`, `${nonceStr}`, `${wrapped}`)
  expect(Rsa.verify(text, `${paySign}`, merchantKey)).toBe(true)
})

test('PY6: what the independent client seals and signs is believed, and says what it says', async () => {
  const nonce = Formatter.nonce(12)
  const body = JSON.stringify({
    id: 'EV-2018022511223320873',
    event_type: 'TRANSACTION.SUCCESS',
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: Aes.AesGcm.encrypt(JSON.stringify(paid()), APIV3_KEY, nonce, 'transaction'),
      ...{ associated_data: 'transaction', nonce },
    },
  })
  const headers = {
    'wechatpay-serial': signer.serial,
    'wechatpay-timestamp': String(TODAY / 1000),
    'wechatpay-nonce': Formatter.nonce(),
  }
  const text = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], body)
  const signed = { ...headers, 'wechatpay-signature': Rsa.sign(text, signer.privateKey) }
  expect(await channel.parseNotification(account, delivery(signed, body))).toMatchObject({
    verdict: 'genuine',
    facts: [{ kind: 'payment', amount: 3000n, txn: paid().transaction_id }],
  })
  expect(await channel.parseNotification(account, delivery(signed, `${body} `))).toMatchObject({
    verdict: 'forged',
  })
})

test('T09: what the independent client seals opens with the same key and the same words alone', () => {
  for (const [plain, about] of [
    ['', ''],
    ['hello', 'world'],
    ['你好', 'transaction'],
  ] as const) {
    const nonce = Formatter.nonce(12)
    const ciphertext = Aes.AesGcm.encrypt(plain, APIV3_KEY, nonce, about)
    const sealed = { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: about }
    expect(openSealed(sealed, [APIV3_KEY])?.toString()).toBe(plain)
    expect(openSealed({ ...sealed, associated_data: `${about}!` }, [APIV3_KEY])).toBeUndefined()
    expect(openSealed(sealed, ['o'.repeat(32)])).toBeUndefined()
  }
})

test('PY6: the independent client reads the name that we encrypt for WeChat', async () => {
  wechat.asked.length = 0
  await channel.transfer?.(account, {
    ...{ transferNo: '01kaq8x7m3w9t2c5v6b4n0z1ye', amount: 5000n, currency: 'CNY' },
    payee: { account: OPENID, name: '张三丰' },
    ...{ title: '提现', notifyUrl },
  })
  const name = String(wechat.asked[0]?.json['user_name'])
  expect(Rsa.decrypt(name, signer.privateKey)).toBe('张三丰')
})
