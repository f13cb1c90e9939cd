import { createSign } from 'node:crypto'
import { expect, test } from 'vitest'
import { chinaTime } from './china-time.ts'
import { type Account, newSdk, openStage, order, type Stage } from './stage.ts'

type Params = Record<string, string>

/** A request of our own making, so that each of its parts can be wrong while the rest is right. */
async function ask(
  stage: Stage,
  account: Account,
  change: (params: Params) => void = () => undefined,
  afterwards: (params: Params) => void = () => undefined,
) {
  const { config } = newSdk(account)
  const params: Params = {
    app_id: config.appId,
    method: 'alipay.trade.query',
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: chinaTime(stage.now()),
    version: '1.0',
    biz_content: JSON.stringify({ out_trade_no: '编号_1' }),
    ...(config.appCertSn && {
      app_cert_sn: config.appCertSn,
      alipay_root_cert_sn: config.alipayRootCertSn,
    }),
  }
  change(params)
  const text = Object.keys(params)
    .sort()
    .map((name) => `${name}=${params[name]}`)
    .join('&')
  params['sign'] = createSign('sha256').update(text).sign(account.secrets.private_key, 'base64')
  afterwards(params)
  const { biz_content = '', ...rest } = params
  const response = await fetch(`${stage.url}/gateway.do?${new URLSearchParams(rest)}`, {
    method: 'POST',
    body: new URLSearchParams({ biz_content }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  const inner = Object.entries(answer).find(([name]) => name.endsWith('_response'))?.[1]
  return inner as { readonly code: string; readonly sub_code: string }
}

const HOUR_MS = 3_600_000

test.each<[string, (params: Params, stage: Stage) => void, string, string]>([
  ['names no app', (p) => delete p['app_id'], '40001', 'isv.missing-app-id'],
  [
    'names an unknown app',
    (p) => (p['app_id'] = '2021000000000009'),
    '40002',
    'isv.invalid-app-id',
  ],
  ['names no call', (p) => delete p['method'], '40001', 'isv.missing-method'],
  [
    'names an unknown call',
    (p) => (p['method'] = 'alipay.trade.give'),
    '40002',
    'isv.invalid-method',
  ],
  [
    'names a word of the language',
    (p) => (p['method'] = 'constructor'),
    '40002',
    'isv.invalid-method',
  ],
  ['has no time', (p) => delete p['timestamp'], '40001', 'isv.missing-timestamp'],
  [
    'has its time in ms',
    (p, s) => (p['timestamp'] = String(s.now())),
    '40002',
    'isv.invalid-timestamp',
  ],
  [
    'has UTC',
    (p, s) => (p['timestamp'] = chinaTime(s.now() - 8 * HOUR_MS)),
    '40002',
    'isv.invalid-timestamp',
  ],
  [
    'is eleven minutes old',
    (p, s) => (p['timestamp'] = chinaTime(s.now() - 660_000)),
    '40002',
    'isv.invalid-timestamp',
  ],
  [
    'comes from the future',
    (p, s) => (p['timestamp'] = chinaTime(s.now() + 660_000)),
    '40002',
    'isv.invalid-timestamp',
  ],
  ['is signed with SHA-1', (p) => (p['sign_type'] = 'RSA'), '40002', 'isv.invalid-signature-type'],
  [
    'does not say how it is signed',
    (p) => delete p['sign_type'],
    '40001',
    'isv.missing-signature-type',
  ],
  ['is in GBK', (p) => (p['charset'] = 'GBK'), '40002', 'isv.invalid-charset'],
  ['has no version', (p) => delete p['version'], '40001', 'isv.missing-version'],
  ['wants XML', (p) => (p['format'] = 'XML'), '40002', 'isv.invalid-format'],
  ['has no JSON in it', (p) => (p['biz_content'] = '{"out_trade_no"'), '40002', 'isv.illegal-json'],
  ['has a list in it', (p) => (p['biz_content'] = '[]'), '40002', 'isv.illegal-json'],
  ['names no certificate', (p) => delete p['app_cert_sn'], '40001', 'isv.missing-app-cert-sn'],
  [
    'names no roots',
    (p) => delete p['alipay_root_cert_sn'],
    '40001',
    'isv.missing-alipay-root-cert-sn',
  ],
  [
    'names another certificate',
    (p) => (p['app_cert_sn'] = '0'.repeat(32)),
    '40003',
    'isv.missing-signature-config',
  ],
  [
    'names other roots',
    (p) => (p['alipay_root_cert_sn'] = '0'.repeat(32)),
    '40003',
    'isv.missing-signature-config',
  ],
])('v1 refuses a rightly signed request that %s', async (_what, change, code, sub_code) => {
  await using stage = await openStage()
  const account = await stage.account()
  const answer = await ask(stage, account, (params) => void change(params, stage))
  expect(answer).toMatchObject({ code, sub_code })
})

test('v1 takes the request of which those were made', async () => {
  await using stage = await openStage()
  for (const mode of ['certificate', 'key'] as const)
    expect(await ask(stage, await stage.account(mode))).toMatchObject({
      sub_code: 'ACQ.TRADE_NOT_EXIST',
    })
})

test.each<[string, (params: Params) => void, string]>([
  ['is not signed', (p) => delete p['sign'], 'isv.missing-signature'],
  ['is signed with rubbish', (p) => (p['sign'] = 'AAAA'), 'isv.invalid-signature'],
  ['was changed', (p) => (p['biz_content'] = '{"out_trade_no":"2"}'), 'isv.invalid-signature'],
  [
    'has more than was signed',
    (p) => (p['notify_url'] = 'http://127.0.0.1:9'),
    'isv.invalid-signature',
  ],
])('v1 refuses a request that %s', async (_what, change, sub_code) => {
  await using stage = await openStage()
  const answer = await ask(stage, await stage.account(), undefined, change)
  expect(answer).toMatchObject({ sub_code })
})

test('v1 refuses a request with the key of the other app, and one that names a parameter twice', async () => {
  await using stage = await openStage()
  const { merchant, settings } = await stage.account('certificate')
  const { secrets } = await stage.account('key')
  expect(await ask(stage, { merchant, settings, secrets })).toMatchObject({
    sub_code: 'isv.invalid-signature',
  })
  const doubled = await fetch(`${stage.url}/gateway.do?app_id=1&app_id=2`)
  expect(await doubled.json()).toMatchObject({
    error_response: { sub_code: 'isv.invalid-parameter' },
  })
})

test('who has no certificates with Alipay names none', async () => {
  await using stage = await openStage()
  const answer = await ask(stage, await stage.account('key'), (params) => {
    params['app_cert_sn'] = '0'.repeat(32)
  })
  expect(answer).toMatchObject({ sub_code: 'isv.missing-signature-config' })
})

test('after a rotation the old key opens nothing, and the client notices a new one of Alipay', async () => {
  await using stage = await openStage()
  const before = await stage.account()
  const query = (account: Account) =>
    newSdk(account).curl('POST', '/v3/alipay/trade/query', { body: { out_trade_no: 'order_1' } })
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('scan', { out_trade_no: 'order_1' })
  await stage.control('rotate_keys')
  await expect(query(before)).rejects.toMatchObject({ code: 'response-alipay-sn-verify-error' })
  const between = await stage.account()
  expect(await query(between)).toMatchObject({ responseHttpStatus: 200 })
  await stage.control('rotate_keys', { whose: 'app' })
  await expect(query(between)).rejects.toMatchObject({ code: 'missing-signature-config' })
  expect(await query(await stage.account())).toMatchObject({ responseHttpStatus: 200 })
})

interface Rest {
  app: string
  certificate: string | undefined
  roots: string | undefined
  nonce: string
  timestamp: string
  method: string
  path: string
  body: string
  type: string
}

/** The same for v3. */
async function askRest(
  stage: Stage,
  change: (rest: Rest) => void = () => undefined,
  afterwards: (rest: Rest) => void = () => undefined,
) {
  const account = await stage.account()
  const { config } = newSdk(account)
  const rest: Rest = {
    app: config.appId,
    certificate: config.appCertSn,
    roots: config.alipayRootCertSn,
    nonce: 'once',
    timestamp: String(stage.now()),
    method: 'POST',
    path: '/v3/alipay/trade/query',
    body: JSON.stringify({ out_trade_no: '编号_1' }),
    type: 'application/json',
  }
  change(rest)
  const sn = rest.certificate === undefined ? '' : `,app_cert_sn=${rest.certificate}`
  const text = `app_id=${rest.app}${sn},nonce=${rest.nonce},timestamp=${rest.timestamp}`
  const sign = createSign('sha256')
    .update(`${text}\n${rest.method}\n${rest.path}\n${rest.body}\n`)
    .sign(account.secrets.private_key, 'base64')
  afterwards(rest)
  const response = await fetch(stage.url + rest.path, {
    method: rest.method,
    headers: {
      'content-type': rest.type,
      authorization: `ALIPAY-SHA256withRSA ${text},sign=${sign}`,
      ...(rest.roots !== undefined && { 'alipay-root-cert-sn': rest.roots }),
    },
    ...(rest.method === 'POST' && { body: rest.body }),
  })
  return {
    status: response.status,
    signed: response.headers.has('alipay-signature'),
    ...((await response.json()) as { code: string; message: string; links: unknown[] }),
  }
}

test.each<[string, (rest: Rest, stage: Stage) => void, number, string]>([
  ['names an unknown app', (r) => (r.app = '9'), 400, 'invalid-app-id'],
  ['has China time', (r, s) => (r.timestamp = chinaTime(s.now())), 400, 'invalid-timestamp'],
  [
    'has its time in seconds',
    (r) => (r.timestamp = r.timestamp.slice(0, 10)),
    400,
    'invalid-timestamp',
  ],
  [
    'is eleven minutes old',
    (r, s) => (r.timestamp = String(s.now() - 660_000)),
    400,
    'invalid-timestamp',
  ],
  ['has no nonce', (r) => (r.nonce = ''), 400, 'invalid-nonce'],
  ['names no certificate', (r) => (r.certificate = undefined), 400, 'missing-app-cert-sn'],
  ['names no roots', (r) => (r.roots = undefined), 400, 'missing-alipay-root-cert-sn'],
  ['names another certificate', (r) => (r.certificate = '0'), 400, 'missing-signature-config'],
  ['names an unknown call', (r) => (r.path = '/v3/alipay/trade/give'), 400, 'invalid-method'],
  ['is a form', (r) => (r.type = 'application/x-www-form-urlencoded'), 400, 'illegal-json'],
  ['has no JSON in it', (r) => (r.body = '{'), 400, 'illegal-json'],
])('v3 refuses a rightly signed request that %s', async (_what, change, status, code) => {
  await using stage = await openStage()
  const answer = await askRest(stage, (rest) => void change(rest, stage))
  expect(answer).toMatchObject({ status, code, links: [] })
})

test('v3 takes the request of which those were made, once', async () => {
  await using stage = await openStage()
  const taken = { status: 400, code: 'ACQ.TRADE_NOT_EXIST', signed: true }
  expect(await askRest(stage)).toMatchObject(taken)
  expect(await askRest(stage)).toMatchObject({ code: 'invalid-nonce' })
  // Long after, when its time alone would keep it out.
  stage.pass(21 * 60_000)
  expect(await askRest(stage)).toMatchObject(taken)
})

test.each<[string, (rest: Rest) => void]>([
  ['body', (r) => (r.body = '{"out_trade_no":"2"}')],
  ['address', (r) => (r.path = '/v3/alipay/trade/close')],
  ['query', (r) => (r.path += '?a=1')],
])('v3 refuses a request whose %s was changed, and its nonce stays free', async (_what, change) => {
  await using stage = await openStage()
  expect(await askRest(stage, undefined, change)).toMatchObject({ code: 'invalid-signature' })
  expect(await askRest(stage)).toMatchObject({ code: 'ACQ.TRADE_NOT_EXIST' })
})

test('v3 says of a request without signature what the real one says, and signs nothing', async () => {
  await using stage = await openStage()
  const response = await fetch(`${stage.url}/v3/alipay/trade/query`, { method: 'POST', body: '{}' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'missing-timestamp' })
  expect(response.headers.get('alipay-signature')).toBeNull()
})

test('what is not there is not found', async () => {
  await using stage = await openStage()
  for (const path of ['/', '/gateway', '/cashier?order=x'])
    expect((await fetch(stage.url + path)).status).toBe(404)
})
