import { createPrivateKey, sign } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { accountOf } from './independent-client.ts'

const PATH = '/v3/pay/transactions/out-trade-no/nothing1?mchid=1900000109'
let lab: Lab
let count = 0

beforeAll(async () => {
  lab = await openLab({ providers: ['wechat'] })
})
afterAll(() => lab.close())

interface Signed {
  readonly method: string
  readonly path: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
  readonly mchid: string
  readonly serial: string
}

/** Signs by the protocol's words, so that one thing at a time can be wrong. */
async function ask(change: {
  readonly signs?: Partial<Signed>
  readonly sends?: Partial<Signed>
  readonly headers?: Readonly<Record<string, string>>
  readonly authorization?: (usual: string) => string
}) {
  const account = accountOf(lab)
  count += 1
  const usual: Signed = {
    ...{ method: 'GET', path: PATH, body: '', nonce: `nonce${count}` },
    timestamp: String(Math.floor(Date.now() / 1000)),
    ...{ mchid: '1900000109', serial: account.merchantSerial },
  }
  const signed = { ...usual, ...change.signs }
  const sent = { ...signed, ...change.sends }
  const lines = [signed.method, signed.path, signed.timestamp, signed.nonce, signed.body, '']
  const key = createPrivateKey(account.merchantKey)
  const signature = sign('sha256', Buffer.from(lines.join('\n')), key).toString('base64')
  const authorization =
    `WECHATPAY2-SHA256-RSA2048 mchid="${sent.mchid}",nonce_str="${sent.nonce}",` +
    `timestamp="${sent.timestamp}",serial_no="${sent.serial}",signature="${signature}"`
  const response = await fetch(lab.url('wechat') + sent.path, {
    method: sent.method,
    headers: {
      authorization: change.authorization?.(authorization) ?? authorization,
      'content-type': 'application/json',
      ...change.headers,
    },
    ...(sent.method === 'POST' && { body: sent.body }),
  })
  const said: unknown = await response.json()
  return { status: response.status, code: String(Object(said).code), headers: response.headers }
}

const GENUINE = { status: 404, code: 'ORDER_NOT_EXIST' }
const STRANGER = { status: 401, code: 'SIGN_ERROR' }
const at = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds)

test('a request that is signed by the protocol comes through', async () => {
  expect(await ask({})).toMatchObject(GENUINE)
})

test.each<[string, Parameters<typeof ask>[0]]>([
  ['another address', { sends: { path: `${PATH}&x=1` } }],
  ['another query', { sends: { path: PATH.replace('nothing1', 'nothing2') } }],
  ['another nonce', { sends: { nonce: 'another' } }],
  ['another timestamp', { sends: { timestamp: at(100) } }],
  ['another method', { signs: { method: 'POST' }, sends: { method: 'GET' } }],
  [
    'another body',
    {
      signs: { method: 'POST', path: '/v3/pay/transactions/native', body: '{"a":1}' },
      sends: { body: '{"a": 1}' },
    },
  ],
])('a signature of %s is refused', async (_, change) => {
  expect(await ask(change)).toMatchObject(STRANGER)
})

test.each<[string, Parameters<typeof ask>[0]]>([
  ['301 s old', { signs: { timestamp: at(-301) } }],
  // By the machine's clock, which goes on while the lab opens.
  ['six minutes ahead', { signs: { timestamp: at(360) } }],
  ['in milliseconds', { signs: { timestamp: String(Date.now()) } }],
  ['no number', { signs: { timestamp: 'now' } }],
])('a timestamp that is %s is refused', async (_, change) => {
  expect(await ask(change)).toMatchObject(STRANGER)
})

test('T05: a timestamp up to five minutes away is taken', async () => {
  expect(await ask({ signs: { timestamp: at(-297) } })).toMatchObject(GENUINE)
  expect(await ask({ signs: { timestamp: at(299) } })).toMatchObject(GENUINE)
})

test('a nonce is used once', async () => {
  expect(await ask({ signs: { nonce: 'once' } })).toMatchObject(GENUINE)
  expect(await ask({ signs: { nonce: 'once' } })).toMatchObject(STRANGER)
  expect(await ask({ signs: { nonce: 'x'.repeat(33) } })).toMatchObject(STRANGER)
})

test.each<[string, Parameters<typeof ask>[0]]>([
  ['another merchant', { sends: { mchid: '1900000110' } }],
  ['another certificate', { sends: { serial: '5157F09EFDC096DE15EBE81A47057A72' } }],
  ['no authorization', { authorization: () => '' }],
  ['another scheme', { authorization: (usual) => usual.replace('RSA2048', 'SM3') }],
  ['a field too few', { authorization: (usual) => usual.replace(/mchid="\d+",/, '') }],
  ['a field twice', { authorization: (usual) => `${usual},mchid="1900000109"` }],
  ['a field without quotes', { authorization: (usual) => usual.replace(/"(\d{10})"/, '$1') }],
  [
    'an empty signature',
    { authorization: (usual) => usual.replace(/signature=".*"/, 'signature=""') },
  ],
])('a request with %s is refused', async (_, change) => {
  expect(await ask(change)).toMatchObject(STRANGER)
})

test('a stranger’s refusal is not signed, any other answer is', async () => {
  expect((await ask({ authorization: () => '' })).headers.get('wechatpay-signature')).toBeNull()
  expect((await ask({})).headers.get('wechatpay-signature')).toMatch(/^[\w+/]{342}==$/)
})

test('a caller says what it is, what it takes and what it sends', async () => {
  expect(await ask({ headers: { 'user-agent': '' } })).toMatchObject({ status: 400 })
  expect(await ask({ headers: { accept: 'text/html' } })).toMatchObject({ status: 406 })
  const body = '{}'
  const post = { method: 'POST', path: '/v3/pay/transactions/native', body }
  const sent = await ask({ signs: post, headers: { 'content-type': 'text/plain' } })
  expect(sent).toMatchObject({ status: 415 })
})

test('a body that is no JSON, and an address that is ill escaped, are refused', async () => {
  const signs = { method: 'POST', path: '/v3/pay/transactions/native', body: '{"appid":' }
  expect(await ask({ signs })).toMatchObject({ status: 400, code: 'PARAM_ERROR' })
  const path = PATH.replace('nothing1', '%E4%B8')
  expect(await ask({ signs: { path } })).toMatchObject({ status: 400, code: 'PARAM_ERROR' })
})

test('clock_skew: a clock that is six minutes ahead refuses everybody, and nobody believes it', async () => {
  lab.fault({ fault: 'clock_skew', ms: 360_000 })
  expect(await ask({})).toMatchObject(STRANGER)
  lab.clearFaults()
  expect(await ask({})).toMatchObject(GENUINE)
})
