import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AlipaySdk } from 'alipay-sdk'
import { expect, test } from 'vitest'
import {
  APP,
  alipaySides,
  attempt,
  isSigned,
  type Line,
  NOW,
  TRADE_NO,
  TXN,
} from '../../../../../test/alipay-side.ts'
import { openAlipay } from './index.ts'

const alipaySide = alipaySides(openAlipay)
type AlipaySide = ReturnType<typeof alipaySide>

const QUERY = '/v3/alipay/trade/query'
const PAID = {
  ...{ out_trade_no: TRADE_NO, trade_no: TXN, trade_status: 'TRADE_SUCCESS' },
  ...{ total_amount: '30.00', send_pay_date: '2026-11-21 17:24:04' },
}
const ask = async (line: Line, settings = {}) => {
  const side = alipaySide({ script: { [QUERY]: line }, settings })
  return { side, said: await side.channel.query(side.account, attempt()) }
}

test('PY6: what is asked is signed as Alipay wants it, and a signed answer is believed', async () => {
  const { side, said } = await ask({ body: PAID })
  expect(said).toMatchObject({ said: 'yes', value: { state: 'paid' } })
  const [request] = side.asked
  expect(request).toMatchObject({ method: 'POST', url: `https://openapi.alipay.com${QUERY}` })
  expect(request?.headers?.['authorization']).toMatch(
    new RegExp(
      `^ALIPAY-SHA256withRSA app_id=${APP},nonce=[0-9a-f]{32},timestamp=${side.clock.now},sign=`,
    ),
  )
  expect(request && isSigned(request, side.app.publicKey)).toBe(true)
})

test.each<[NonNullable<Line['how']>, RegExp]>([
  ['unsigned', /not signed/],
  ['forged', /not signed/],
  ['cut', /not signed/],
  ['lost', /timeout/],
])('PY4 PY6: an answer that is %s leaves it unknown', async (how, why) => {
  for (const status of [200, 400]) {
    const { said } = await ask({
      status,
      how,
      body: status === 200 ? PAID : { code: 'ACQ.TRADE_NOT_EXIST' },
    })
    expect(said).toMatchObject({ said: 'unknown', why: expect.stringMatching(why) })
  }
})

test('PY6: an answer of more than five minutes away is an old one, played again', async () => {
  const saidAt = async (aheadMs: number) => (await ask({ body: PAID, aheadMs })).said.said
  expect(await Promise.all([-300_000, 300_000].map(saidAt))).toEqual(['yes', 'yes'])
  expect(await Promise.all([-300_001, 300_001].map(saidAt))).toEqual(['unknown', 'unknown'])
  for (const timestamp of ['', 'soon', 'NaN', '-1', '0x19fa1b2c3d4', String(NOW / 1_000)])
    expect((await ask({ body: PAID, timestamp })).said.said).toBe('unknown')
})

test('PY4: a signed refusal is a no; whatever Alipay itself is not sure of is unknown', async () => {
  const sayings = async (status: number, code: string) =>
    (await ask({ status, body: { code, message: '…' } })).said
  expect(await sayings(400, 'ACQ.INVALID_PARAMETER')).toEqual({
    ...{ said: 'no', code: 'ACQ.INVALID_PARAMETER', text: 'ACQ.INVALID_PARAMETER' },
  })
  for (const [status, code] of [
    [400, 'ACQ.SYSTEM_ERROR'],
    [400, 'SYSTEM_ERROR'],
    [400, 'unknow-error'],
    [400, 'isp.unknow-error'],
    [400, 'app-call-limited'],
    [429, 'ACQ.INVALID_PARAMETER'],
    [500, 'ACQ.INVALID_PARAMETER'],
    [302, 'ACQ.INVALID_PARAMETER'],
  ] as const)
    expect(await sayings(status, code)).toEqual({ said: 'unknown', why: code })
})

test('PY4: an answer that cannot be read, or is only on its way, is unknown', async () => {
  expect((await ask({ status: 202, body: PAID })).said.said).toBe('unknown')
  for (const body of [
    '',
    '[]',
    'null',
    '<html>',
    '{"trade_status":',
    '{"trade_status":"A","trade_status":"B"}',
  ])
    for (const status of [200, 202, 400])
      expect((await ask({ status, body })).said.said).toBe('unknown')
  expect((await ask({ status: 400, body: { code: 'x y\nz' } })).said).toEqual({
    ...{ said: 'unknown', why: 'status 400 with an answer that cannot be read' },
  })
})

test('PY4: an account whose keys cannot be read asks nothing, and refuses nothing', async () => {
  const side = alipaySide({ script: { [QUERY]: { body: PAID } } })
  const broken = { ...side.account, secrets: { private_key: 'no key' } }
  expect((await side.channel.query(broken, attempt())).said).toBe('unknown')
  const nowhere = { ...side.account, settings: { ...side.account.settings, gateway: 'no address' } }
  expect((await side.channel.query(nowhere, attempt())).said).toBe('unknown')
  expect(side.asked).toEqual([])
  const deaf = {
    ...side.account,
    settings: { ...side.account.settings, alipay_public_key: 'no key' },
  }
  expect((await side.channel.query(deaf, attempt())).said).toBe('unknown')
})

test('T69: while the key of Alipay rotates its answers are believed under both', async () => {
  const old = alipaySide({ fresh: true })
  const side = alipaySide({ script: { [QUERY]: { body: PAID } } })
  const alipay_public_key = [old, side].map((one) => String(one.account.settings.alipay_public_key))
  const both = { ...side.account, settings: { ...side.account.settings, alipay_public_key } }
  expect((await side.channel.query(both, attempt())).said).toBe('yes')
})

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const long = body.length.toString(16)
  const bytes = Buffer.from(long.padStart(long.length + (long.length % 2), '0'), 'hex')
  const length = body.length < 128 ? bytes : Buffer.concat([Buffer.of(128 + bytes.length), bytes])
  return Buffer.concat([Buffer.of(tag), length, body])
}
const oid = (hex: string) => der(6, Buffer.from(hex, 'hex'))
const NAMES = { C: '550406', O: '55040a', OU: '55040b', CN: '550403' }
const nameOf = (parts: readonly (readonly [keyof typeof NAMES, string])[]) =>
  der(48, ...parts.map(([n, text]) => der(49, der(48, oid(NAMES[n]), der(12, Buffer.from(text))))))
const TIMES = der(48, ...['260101000000Z', '360101000000Z'].map((at) => der(23, Buffer.from(at))))

/** A certificate by hand: who signs it, for whom, under which number. */
function certificate(key: KeyObject, issuer: Buffer, serial: string, signer: KeyObject): string {
  const isRsa = signer.asymmetricKeyType === 'rsa'
  const algorithm = der(48, oid(isRsa ? '2a864886f70d01010b' : '2a8648ce3d040302'))
  const subject = nameOf([['CN', 'whoever']])
  const spki = key.export({ format: 'der', type: 'spki' })
  const version = der(160, der(2, Buffer.of(2)))
  const number = der(2, Buffer.from(serial, 'hex'))
  const said = der(48, version, number, algorithm, issuer, TIMES, subject, spki)
  const signature = der(3, Buffer.of(0), sign('sha256', said, signer))
  const text = der(48, said, algorithm, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function certificatesOf(side: AlipaySide) {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const root = nameOf([
    ['C', 'CN'],
    ['O', 'Lab Financial'],
    ['OU', 'Authority'],
    ['CN', 'Lab R1'],
  ])
  const other = nameOf([
    ['C', 'CN'],
    ['CN', 'Lab E1'],
  ])
  return {
    app_cert: certificate(side.app.publicKey, root, '2020051862039d40', rsa.privateKey),
    alipay_cert: certificate(side.alipay.publicKey, root, '20200514e63c2fe0', rsa.privateKey),
    alipay_root_cert: [
      certificate(curve.publicKey, other, '0a', curve.privateKey),
      certificate(rsa.publicKey, root, '1fcfa18d6a480d11', rsa.privateKey),
      certificate(rsa.publicKey, root, '1fcfa18d6a480d12', rsa.privateKey),
    ].join(''),
  }
}

test('PY6: with certificates their numbers go along, the same that the official client finds', async () => {
  const side = alipaySide({ script: { [QUERY]: { body: PAID } } })
  const files = certificatesOf(side)
  const { alipay_public_key: _, ...settings } = side.account.settings
  const account = { ...side.account, settings: { ...settings, ...files } }
  expect(await side.channel.query(account, attempt())).toMatchObject({ said: 'yes' })
  const { config } = new AlipaySdk({
    ...{ appId: APP, privateKey: 'unused', appCertContent: files.app_cert },
    ...{
      alipayPublicCertContent: files.alipay_cert,
      alipayRootCertContent: files.alipay_root_cert,
    },
  })
  const { headers } = side.asked[0] ?? {}
  expect(headers?.['authorization']).toContain(
    `app_id=${APP},app_cert_sn=${config.appCertSn},nonce=`,
  )
  expect(headers?.['alipay-root-cert-sn']).toBe(config.alipayRootCertSn)
  const heard = await side.channel.parseNotification(
    account,
    side.told({
      ...{ notify_id: 'n1', app_id: APP, charset: 'utf-8', notify_type: 'open_app_auth_notify' },
    }),
  )
  expect(heard).toMatchObject({ verdict: 'genuine', keyId: config.alipayCertSn })
  const page = await side.channel.create(account, {
    ...attempt({ method: 'page' }),
    ...{
      title: 'x',
      notifyUrl: 'https://a.example/n',
      returnUrl: 'https://a.example/r',
      payer: { ip: '127.0.0.1' },
    },
  })
  if (page.said !== 'yes' || page.value.next.kind !== 'redirect') throw new Error(page.said)
  const { searchParams } = new URL(page.value.next.url)
  expect([searchParams.get('app_cert_sn'), searchParams.get('alipay_root_cert_sn')]).toEqual([
    ...[config.appCertSn, config.alipayRootCertSn],
  ])
})

test('PY6: the other side of these tests is one that the official client gets on with', async () => {
  const side = alipaySide({ script: { [QUERY]: { body: PAID } } })
  side.clock.now = Date.UTC(2026, 10, 21)
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const answered = side.answer({
        method: request.method === 'GET' ? 'GET' : 'POST',
        url: `http://127.0.0.1${request.url}`,
        headers: { authorization: request.headers.authorization ?? '' },
        body: Buffer.concat(parts).toString(),
      })
      if (answered.lost) return response.destroy()
      return response.writeHead(answered.status, [...answered.headers].flat()).end(answered.body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const { port } = server.address() as AddressInfo
    const sdk = new AlipaySdk({
      ...{ appId: APP, keyType: 'PKCS8', endpoint: `http://127.0.0.1:${port}` },
      privateKey: side.account.secrets.private_key,
      alipayPublicKey: String(side.account.settings.alipay_public_key),
    })
    const { data } = await sdk.curl<object>('POST', QUERY, { body: { out_trade_no: TRADE_NO } })
    expect(data).toMatchObject(PAID)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
