import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { APIV3_KEY, newSigner, wechatAccount } from '../../../../../test/wechat-pay.ts'
import { WechatSecrets, WechatSettings } from './settings.ts'

const ajv = new Ajv({ useDefaults: true })
const takesSettings = ajv.compile(WechatSettings)
const takesSecrets = ajv.compile(WechatSecrets)
const { publicPem, certificate } = newSigner('01')

test('PY6: an account is saved with as little as it needs, and with all it can have', () => {
  const { settings, secrets } = wechatAccount()
  expect(takesSettings({ ...settings })).toBe(true)
  const whole = {
    ...settings,
    base_url: 'http://127.0.0.1:7401',
    h5_appid: 'wx1',
    public_key_id: 'PUB_KEY_ID_0116789398642024122500389500000994',
    public_key: publicPem,
    platform_certificates: [certificate],
    transfer_scene_id: '1005',
    transfer_scene_reports: [{ info_type: '岗位类型', info_content: '创作者' }],
    transfer_perception: '劳务报酬',
  }
  expect(takesSettings(whole)).toBe(true)
  expect(takesSecrets(secrets)).toBe(true)
  expect(takesSecrets({ ...secrets, apiv3_keys: [APIV3_KEY, 'o'.repeat(32)] })).toBe(true)
})

test.each([
  ['a merchant that is no number', { mchid: '19000 00109' }],
  ['a merchant that could leave its quotes', { mchid: '1900000109"' }],
  ['an address with a path', { base_url: 'https://api.mch.weixin.qq.com/v3' }],
  ['an address with a user', { base_url: 'https://a@api.mch.weixin.qq.com' }],
  ['an address of another sort', { base_url: 'file://etc' }],
  ['a serial that is none', { merchant_serial: '5F"' }],
  ['an id that is none of a public key', { public_key_id: '5DEA10EF' }],
  ['a certificate in place of a public key', { public_key: certificate }],
  ['a public key in place of a certificate', { platform_certificates: [publicPem] }],
  ['a setting that nobody knows', { appsecret: 'x' }],
])('PY6: %s is refused when an account is saved', (_, over) => {
  expect(takesSettings({ ...wechatAccount().settings, ...over })).toBe(false)
})

test.each([
  ['a key of 16 bytes', { apiv3_keys: ['testMchAPIv3Key0'] }],
  ['a key of 31 bytes', { apiv3_keys: ['k'.repeat(31)] }],
  ['a key of 33 bytes', { apiv3_keys: ['k'.repeat(33)] }],
  ['a key of 32 letters and more bytes', { apiv3_keys: ['钥'.repeat(32)] }],
  ['a short key beside a good one', { apiv3_keys: [APIV3_KEY, 'testMchAPIv3Key0'] }],
  ['a key with an end of line', { apiv3_keys: [`${'k'.repeat(31)}\n`] }],
  ['no key', { apiv3_keys: [] }],
  ['a public key in place of the merchant’s', { merchant_key: publicPem }],
  ['no key of the merchant', { merchant_key: undefined }],
])('T09: %s is refused when an account is saved', (_, over) => {
  expect(takesSecrets({ ...wechatAccount().secrets, ...over })).toBe(false)
})
