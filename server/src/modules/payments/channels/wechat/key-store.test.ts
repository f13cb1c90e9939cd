import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  APIV3_KEY,
  type Asked,
  certificateList,
  decryptedBy,
  json,
  newSigner,
  notification,
  paid,
  type Reply,
  refuse,
  seal,
  TODAY,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import { openWechat } from './index.ts'
import { REFRESH_PAUSE_MS } from './limits.ts'

const old = newSigner('1A5DEA10EF55877E3CF6C33255C2E7DEFFF7E427')
const next = newSigner('9B5DEA10EF55877E3CF6C33255C2E7DEFFF7E428')
const stranger = newSigner('7C5DEA10EF55877E3CF6C33255C2E7DEFFF7E429')
const publicKey = newSigner('PUB_KEY_ID_0116789398642024122500389500000994')
const withPublicKey = { public_key_id: publicKey.serial, public_key: publicKey.publicPem }

const CERTIFICATES = '/v3/certificates'
const listing = (...signers: readonly (typeof old)[]): Reply => ({
  status: 200,
  body: certificateList(signers),
})
const transaction = (state: string): Reply => json(paid({ trade_state: state }))

/** A channel before a WeChat that answers its list of certificates so, and every query with an open order. */
function opened(list: () => Reply, signer = old) {
  const answer = ({ path }: Asked) => (path === CERTIFICATES ? list() : transaction('NOTPAY'))
  const wechat = wechatGround(answer, signer)
  const channel = openWechat(wechat.ground)
  const lists = () => wechat.asked.filter(({ path }) => path === CERTIFICATES).length
  return { ...wechat, channel, lists }
}

const { out_trade_no: tradeNo } = paid()
const attempt = {
  ...{ tradeNo, ref: undefined, method: 'native', amount: 3000n, currency: 'CNY' },
  createdAt: TODAY as never,
  expiresAt: (TODAY + 1_800_000) as never,
}

test('T08: certificates and the public key are believed at once, whatever the account answers with', async () => {
  const account = wechatAccount({ ...withPublicKey, platform_certificates: [old.certificate] })
  const { channel, lists } = opened(() => listing(old))
  for (const signer of [old, publicKey])
    expect(await channel.parseNotification(account, notification(signer, paid()))).toMatchObject({
      verdict: 'genuine',
      keyId: signer.serial,
    })
  expect(lists()).toBe(0)
})

test('T08: an account of certificates alone that is signed to by a public key is asked to come again', async () => {
  const { channel, lists } = opened(() => listing(old))
  const parsed = await channel.parseNotification(wechatAccount(), notification(publicKey, paid()))
  expect(parsed).toMatchObject({ verdict: 'later', why: 'serial', reply: { status: 503 } })
  // A public key is in no list: to look for it there would only be noise.
  expect(lists()).toBe(0)
})

test('T08: a public key under another id is not the one that is configured', async () => {
  const { channel } = opened(() => listing(old))
  const other = { ...publicKey, serial: `${publicKey.serial}1` }
  expect(
    await channel.parseNotification(wechatAccount(withPublicKey), notification(other, paid())),
  ).toMatchObject({ verdict: 'later' })
})

test('T08: with a public key each request names it, without one none does', async () => {
  const { channel, asked } = opened(() => listing(old))
  await channel.query(wechatAccount(withPublicKey), attempt)
  await channel.query(wechatAccount(), attempt)
  expect(asked.map(({ headers }) => headers['wechatpay-serial'])).toEqual([
    publicKey.serial,
    // The answer to the first was signed with a certificate, so the list was fetched.
    publicKey.serial,
    undefined,
  ])
})

test('PY6: the first certificates come by themselves, sealed with the account’s key and signed by one of them', async () => {
  const { channel, lists } = opened(() => listing(old))
  expect(await channel.query(wechatAccount(), attempt)).toEqual({
    said: 'yes',
    value: { state: 'open' },
  })
  expect(await channel.query(wechatAccount(), attempt)).toMatchObject({ said: 'yes' })
  expect(lists()).toBe(1)
})

const sealedWith = (pem: string) => ({
  serial_no: stranger.serial,
  encrypt_certificate: seal(pem, { about: 'certificate' }),
})
test.each<[string, () => Reply]>([
  [
    'sealed with another key',
    () => ({ status: 200, body: certificateList([old], 'x'.repeat(32)) }),
  ],
  ['signed by a certificate that is not in it', () => ({ ...listing(old), by: stranger })],
  [
    'signed by another under the serial of one in it',
    () => ({ ...listing(old), by: { ...stranger, serial: old.serial } }),
  ],
  ['signed by nobody', () => ({ ...listing(old), by: 'nobody' })],
  ['signed an hour ago', () => ({ ...listing(old), at: TODAY - 3_600_000 })],
  ['without any certificate', () => json({ data: [] })],
  ['without a list', () => json({})],
  ['of no JSON', () => ({ status: 200, body: 'data' })],
  ['of a certificate under another serial', () => json({ data: [sealedWith(old.certificate)] })],
  ['of something that is no certificate', () => json({ data: [sealedWith('certificate')] })],
  ['that WeChat says it has not', () => refuse(404, 'RESOURCE_NOT_EXISTS')],
  ['that never comes', () => ({ lost: true, why: 'timeout' }) as never],
])('PY6: a list of certificates %s is not believed', async (_, list) => {
  const { channel } = opened(list)
  expect(await channel.query(wechatAccount(), attempt)).toEqual({
    said: 'unknown',
    why: 'answer_later_serial',
  })
  expect(await channel.parseNotification(wechatAccount(), notification(old, paid()))).toMatchObject(
    { verdict: 'later', reply: { status: 503 } },
  )
})

test('PY6: a certificate that has ended, or has not begun, signs nothing', async () => {
  const ended = newSigner('11', { from: 2020, to: 2026 })
  const early = newSigner('12', { from: 2027, to: 2040 })
  for (const signer of [ended, early]) {
    const { channel } = opened(() => ({ ...listing(old, signer), by: old }))
    const account = wechatAccount({ platform_certificates: [signer.certificate] })
    expect(await channel.parseNotification(account, notification(signer, paid()))).toMatchObject({
      verdict: 'forged',
      why: 'serial',
    })
  }
})

test('PY6: a key of another kind than RSA is none', async () => {
  const { publicKey: key, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicPem = key.export({ type: 'spki', format: 'pem' }).toString()
  const odd = { ...publicKey, publicPem, privateKey }
  const account = wechatAccount({ public_key_id: odd.serial, public_key: publicPem })
  const { channel } = opened(() => listing(old))
  expect(await channel.parseNotification(account, notification(odd, paid()))).toMatchObject({
    verdict: 'later',
  })
})

test('PY6: the case of a serial and the zeros before it make no other serial', async () => {
  const zero = newSigner('0A5DEA10EF55877E3CF6C33255C2E7DEFFF7E427')
  const spelled = { ...zero, serial: 'a5dea10ef55877e3cf6c33255c2e7defff7e427' }
  const account = wechatAccount({ platform_certificates: [zero.certificate] })
  const { channel } = opened(() => listing(spelled), spelled)
  expect(await channel.parseNotification(account, notification(spelled, paid()))).toMatchObject({
    verdict: 'genuine',
  })
  expect(
    await channel.parseNotification(wechatAccount(), notification(zero, paid())),
  ).toMatchObject({ verdict: 'genuine' })
})

test('T07: a thousand unknown serials at once ask WeChat once, and once more a minute later', async () => {
  const { channel, lists, clock } = opened(() => listing(old))
  const account = wechatAccount()
  const knocks = (at: number) => {
    const one = notification(stranger, '{}', { at })
    return Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const headers = { ...one.headers, 'wechatpay-serial': `F${i.toString(16)}` }
        return (await channel.parseNotification(account, { ...one, headers })).verdict
      }),
    )
  }
  expect(new Set(await knocks(clock.at))).toEqual(new Set(['forged']))
  expect(lists()).toBe(1)
  clock.at += REFRESH_PAUSE_MS - 1
  expect(new Set(await knocks(clock.at))).toEqual(new Set(['forged']))
  expect(lists()).toBe(1)
  clock.at += 1
  expect(new Set(await knocks(clock.at))).toEqual(new Set(['forged']))
  expect(lists()).toBe(2)
})

test('T07: where the list does not come, unknown serials are put off, and WeChat is asked once a minute', async () => {
  const { channel, lists, clock } = opened(() => refuse(500, 'SYSTEM_ERROR'))
  const account = wechatAccount()
  for (let i = 0; i < 20; i++) {
    const one = notification(stranger, '{}', { at: clock.at })
    expect(await channel.parseNotification(account, one)).toMatchObject({
      verdict: 'later',
      reply: { status: 503, type: 'application/json' },
    })
    clock.at += REFRESH_PAUSE_MS / 10
  }
  expect(lists()).toBe(2)
})

test('T07: each account asks for itself', async () => {
  const { channel, lists } = opened(() => listing(old))
  for (const name of ['main', 'app2', 'main', 'app2'])
    await channel.parseNotification({ ...wechatAccount(), name }, notification(old, paid()))
  expect(lists()).toBe(2)
})

test('T07: what is old, malformed or a probe makes nobody ask', async () => {
  const { channel, lists } = opened(() => listing(old))
  const account = wechatAccount()
  const one = notification(stranger, paid())
  const headers: object[] = [
    { 'wechatpay-timestamp': String(TODAY / 1000 - 301) },
    { 'wechatpay-serial': 'no serial' },
    { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' },
    { 'wechatpay-signature': undefined },
  ]
  for (const over of headers)
    expect(
      await channel.parseNotification(account, { ...one, headers: { ...one.headers, ...over } }),
    ).toMatchObject({ verdict: 'forged' })
  expect(lists()).toBe(0)
})

test('T69: a new certificate is fetched when it is first met, and the old one stays good', async () => {
  let signers = [old]
  const { channel, lists, clock } = opened(() => listing(...signers))
  const account = wechatAccount()
  const meet = (signer: typeof old) =>
    channel.parseNotification(account, notification(signer, paid(), { at: clock.at }))
  expect(await meet(old)).toMatchObject({ verdict: 'genuine' })
  signers = [next, old]
  clock.at += REFRESH_PAUSE_MS
  expect(await meet(next)).toMatchObject({ verdict: 'genuine', keyId: next.serial })
  expect(await meet(old)).toMatchObject({ verdict: 'genuine', keyId: old.serial })
  expect(lists()).toBe(2)
})

test('PY6: a certificate that WeChat withdraws is forgotten within half a day', async () => {
  let signers = [old, next]
  const { channel, lists, clock } = opened(() => ({ ...listing(...signers), by: old }))
  const account = wechatAccount()
  const meet = () =>
    channel.parseNotification(account, notification(next, paid(), { at: clock.at }))
  expect(await meet()).toMatchObject({ verdict: 'genuine' })
  signers = [old]
  clock.at += 12 * 3_600_000 - 1
  expect(await meet()).toMatchObject({ verdict: 'genuine' })
  clock.at += 1
  expect(await meet()).toMatchObject({ verdict: 'forged', why: 'serial' })
  expect(lists()).toBe(2)
})

test.each<[string, Reply]>([
  ['is not answered', refuse(500, 'SYSTEM_ERROR')],
  ['is empty', json({ data: [] })],
])('PY6: a list that %s takes away nothing that is known', async (_, later) => {
  let list = listing(next)
  const { channel, clock, lists } = opened(() => list)
  const account = wechatAccount({ platform_certificates: [old.certificate] })
  const meet = () =>
    channel.parseNotification(account, notification(next, paid(), { at: clock.at }))
  expect(await meet()).toMatchObject({ verdict: 'genuine' })
  list = later
  clock.at += 24 * 3_600_000
  expect(await meet()).toMatchObject({ verdict: 'genuine' })
  expect(lists()).toBe(2)
})

test('T69: while the key of the account is changed, lists sealed with either are read', async () => {
  const newer = 'n'.repeat(32)
  for (const key of [APIV3_KEY, newer]) {
    const { channel } = opened(() => ({ status: 200, body: certificateList([old], key) }))
    const account = wechatAccount({}, { apiv3_keys: [newer, APIV3_KEY] })
    expect(await channel.query(account, attempt)).toMatchObject({ said: 'yes' })
  }
})

const transferAsk = {
  transferNo: '01kaq8x7m3w9t2c5v6b4n0z1ye',
  amount: 5000n,
  currency: 'CNY',
  payee: { account: 'openid', name: '张三' },
  title: '提现',
  notifyUrl: 'https://pay.example/api/v1/hooks/wechat/main',
}

test('PY6: a name is encrypted with the public key, else with the certificate that began last', async () => {
  const latest = newSigner('21', { from: 2025, to: 2040 })
  const ended = newSigner('22', { from: 2025, to: 2026 })
  const cases = [
    [latest, { platform_certificates: [latest, old, ended].map((one) => one.certificate) }],
    [publicKey, { ...withPublicKey, platform_certificates: [latest.certificate] }],
    [old, {}],
  ] as const
  for (const [reader, settings] of cases) {
    const { channel, asked } = opened(() => listing(old))
    await channel.transfer?.(wechatAccount({ ...settings, transfer_scene_id: '1005' }), transferAsk)
    const sent = asked.find(({ method }) => method === 'POST')
    expect(sent?.headers['wechatpay-serial']).toBe(reader.serial)
    expect(decryptedBy(reader, String(sent?.json['user_name']))).toBe('张三')
  }
})

test('PY4: without a key to encrypt with nothing is sent, and that is no refusal', async () => {
  const { channel, asked } = opened(() => refuse(500, 'SYSTEM_ERROR'))
  const account = wechatAccount({ transfer_scene_id: '1005' })
  expect(await channel.transfer?.(account, transferAsk)).toEqual({
    said: 'unknown',
    why: 'wechat_key',
  })
  expect(asked.map(({ path }) => path)).toEqual([CERTIFICATES])
})
