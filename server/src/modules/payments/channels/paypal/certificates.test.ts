import { beforeAll, expect, test } from 'vitest'
import { farSide } from '../../../../../test/far-side.ts'
import { makeSigner } from '../../../../../test/paypal-signer.ts'
import { openCertificates } from './certificates.ts'
import type { PaypalAccount } from './settings.ts'

const nowMs = Date.parse('2026-11-21T12:00:00Z')
const HOUR_MS = 3_600_000
const SANDBOX = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594'
const GET = 'GET /v1/notifications/certs/CERT-360caa42-fca2a594'

let signer: Awaited<ReturnType<typeof makeSigner>>
let account: PaypalAccount
beforeAll(async () => {
  signer = await makeSigner(nowMs)
  account = {
    name: 'main',
    merchant: 'MERCHANT1',
    livemode: false,
    settings: {
      webhook_id: '4JH86294D6297924G',
      merchant_id: 'MERCHANT1',
      roots: [signer.rootPem],
    },
    secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
  }
})
const open = (script: Parameters<typeof farSide>[0], now: () => number = () => nowMs) => {
  const far = farSide(script)
  return { heard: far.heard, certificates: openCertificates({ now, ask: far.ask }) }
}

test.each([
  ['another host', 'https://evil.example/v1/notifications/certs/CERT-1'],
  ['a host that ends alike', 'https://evilapi.paypal.com/v1/notifications/certs/CERT-1'],
  ['a host that begins alike', 'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1'],
  ['somebody before the host', 'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1'],
  ['a user of the right host', 'https://u:p@api.paypal.com/v1/notifications/certs/CERT-1'],
  ['a port', 'https://api.paypal.com:8443/v1/notifications/certs/CERT-1'],
  ['no TLS', 'http://api.paypal.com/v1/notifications/certs/CERT-1'],
  ['the cloud’s own address', 'http://169.254.169.254/v1/notifications/certs/CERT-1'],
  ['this machine', 'https://127.0.0.1/v1/notifications/certs/CERT-1'],
  ['another path', 'https://api.paypal.com/v1/oauth2/token'],
  ['a path that climbs', 'https://api.paypal.com/v1/notifications/certs/../../../redirect'],
  ['a path that climbs unseen', 'https://api.paypal.com/v1/notifications/certs/%2e%2e%2fredirect'],
  ['a redirect', 'https://api.paypal.com/v1/notifications/certs/CERT-1?to=//evil.example'],
  ['a fragment', 'https://api.paypal.com/v1/notifications/certs/CERT-1#a'],
  ['backslashes', 'https:\\\\api.paypal.com\\v1\\notifications\\certs\\CERT-1'],
  ['capitals', 'HTTPS://API.PAYPAL.COM/v1/notifications/certs/CERT-1'],
  ['a blank', ' https://api.paypal.com/v1/notifications/certs/CERT-1'],
  ['another scheme', 'file:///v1/notifications/certs/CERT-1'],
  ['nothing', ''],
])('T21: %s is refused, and nobody is asked', async (_, url) => {
  const { certificates, heard } = open({})
  expect(await certificates.keyAt(url, account)).toEqual({
    found: 'forged',
    why: 'certificate_url_wrong',
  })
  expect(heard).toEqual([])
})

test('T21: a stand-in is asked where the settings name it with its port, without TLS on this machine alone', async () => {
  const { certificates } = open({ [GET]: { text: signer.chainPem } })
  const found = (url: string, cert_hosts: string[]) =>
    certificates
      .keyAt(url, { ...account, settings: { ...account.settings, cert_hosts } })
      .then((one) => one.found)
  const path = '/v1/notifications/certs/CERT-360caa42-fca2a594'
  expect(await found(`http://127.0.0.1:4010${path}`, ['127.0.0.1:4010'])).toBe('key')
  expect(await found(`http://127.0.0.1:4011${path}`, ['127.0.0.1:4010'])).toBe('forged')
  expect(await found(`http://lab.example:4010${path}`, ['lab.example:4010'])).toBe('forged')
  expect(await found(SANDBOX, ['127.0.0.1:4010'])).toBe('forged')
})

test('T21: who answers with a redirect is not followed', async () => {
  const { certificates, heard } = open({ [GET]: { status: 302, text: '' } })
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found: 'forged' })
  expect(heard).toHaveLength(1)
})

test('PY6: a key is fetched once, by however many at once, until its certificate ends', async () => {
  let now = nowMs
  const { certificates, heard } = open({ [GET]: { text: signer.chainPem } }, () => now)
  const found = await Promise.all([1, 2, 3].map(() => certificates.keyAt(SANDBOX, account)))
  expect(found).toMatchObject([{ found: 'key' }, { found: 'key' }, { found: 'key' }])
  now = nowMs + 24 * HOUR_MS
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found: 'key' })
  expect(heard).toHaveLength(1)
  now += 1
  expect(await certificates.keyAt(SANDBOX, account)).toEqual({
    found: 'forged',
    why: 'certificate_out_of_time',
  })
  expect(heard).toHaveLength(2)
})

test('PY6: a key that one account’s roots vouch for is no key to another’s', async () => {
  const { certificates } = open({ [GET]: { text: signer.chainPem } })
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found: 'key' })
  const { roots: _, ...settings } = account.settings
  expect(await certificates.keyAt(SANDBOX, { ...account, settings })).toEqual({
    found: 'forged',
    why: 'certificate_untrusted',
  })
})

test.each([
  ['no answer', { lost: 'timeout' }, 'later'],
  ['a fault of theirs', { status: 500, text: '' }, 'later'],
  ['too many requests', { status: 429, text: '' }, 'later'],
  ['no such certificate', { status: 404, text: '' }, 'forged'],
  ['more than 64 KiB', { text: `${'\n'.repeat(64 * 1024)}-----BEGIN` }, 'forged'],
])('PY6: after %s a message is judged %s and asked for anew', async (_, answer, found) => {
  const { certificates } = open({ [GET]: [answer, { text: signer.chainPem }] })
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found })
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found: 'key' })
})

test('T07: whoever names many certificates has us fetch ten a minute', async () => {
  let now = nowMs
  const url = (i: number) => `https://api.paypal.com/v1/notifications/certs/CERT-${i}`
  const many = Array.from({ length: 200 }, (_, i) => i)
  const script = Object.fromEntries(
    many.map((i) => [`GET /v1/notifications/certs/CERT-${i}`, { status: 404, text: '' }]),
  )
  const { certificates, heard } = open({ ...script, [GET]: { text: signer.chainPem } }, () => now)
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found: 'key' })
  for (const i of many) await certificates.keyAt(url(i), account)
  expect(heard).toHaveLength(10)
  expect(await certificates.keyAt(url(0), account)).toEqual({
    found: 'later',
    why: 'certificates_too_many',
  })
  expect(await certificates.keyAt(SANDBOX, account)).toMatchObject({ found: 'key' })
  now += 60_000
  await certificates.keyAt(url(0), account)
  expect(heard).toHaveLength(11)
})
