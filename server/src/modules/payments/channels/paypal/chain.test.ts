import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { beforeAll, expect, test } from 'vitest'
import {
  LEAF_NAME,
  makeCertificate,
  makeKeys,
  makeSigner,
} from '../../../../../test/paypal-signer.ts'
import { judgeChain } from './chain.ts'

const nowMs = Date.parse('2026-11-21T12:00:00Z')
const HOUR_MS = 3_600_000

let signer: Awaited<ReturnType<typeof makeSigner>>
let roots: X509Certificate[]
beforeAll(async () => {
  signer = await makeSigner(nowMs)
  roots = [new X509Certificate(signer.rootPem)]
})

const judge = (pem: string, at = nowMs) => judgeChain(pem, roots, at)
const forged = (why: string) => ({ genuine: false, why })

test('PY6: a leaf with its issuer leads up to the root, in whatever order the others come', () => {
  const { leaf, issuer, root, pem } = signer
  expect(judge(signer.chainPem)).toMatchObject({ genuine: true, livemode: false })
  expect(judge(pem(leaf.certificate, root.certificate, issuer.certificate))).toMatchObject({
    genuine: true,
    notAfterMs: nowMs + 24 * HOUR_MS,
  })
})

test('T22: one that signed itself is refused, whatever its name', async () => {
  const keys = await makeKeys()
  const alone = await makeCertificate({ name: LEAF_NAME, keys, nowMs, isCa: true })
  const { issuer, pem } = signer
  expect(judge(pem(alone))).toEqual(forged('certificate_untrusted'))
  expect(judge(pem(alone, issuer.certificate))).toEqual(forged('certificate_untrusted'))
})

test('T22: a leaf without its issuer is refused', () => {
  expect(judge(signer.pem(signer.leaf.certificate))).toEqual(forged('certificate_untrusted'))
})

test('T22: one that bears the issuer’s name and not its signature is refused', async () => {
  const { issuer, leaf, pem } = signer
  const by = { certificate: issuer.certificate, keys: await makeKeys() }
  const false_ = await makeCertificate({ name: LEAF_NAME, keys: leaf.keys, nowMs, by })
  expect(judge(pem(false_, issuer.certificate))).toEqual(forged('certificate_untrusted'))
})

test('T22: who may not issue has not issued', async () => {
  const { issuer, leaf, pem } = signer
  const other = await makeCertificate({
    ...{ name: 'another shop', keys: issuer.keys, nowMs },
    by: { certificate: signer.root.certificate, keys: signer.root.keys },
  })
  const by = { certificate: other, keys: issuer.keys }
  const false_ = await makeCertificate({ name: LEAF_NAME, keys: leaf.keys, nowMs, by })
  expect(judge(pem(false_, other))).toEqual(forged('certificate_untrusted'))
})

test('T22: before its time and after it a certificate is refused, and so is one above it', async () => {
  const { issuer, leaf, root, pem } = signer
  for (const at of [nowMs - HOUR_MS - 1_000, nowMs + 24 * HOUR_MS + 1_000])
    expect(judge(signer.chainPem, at)).toEqual(forged('certificate_out_of_time'))
  const old = await makeCertificate({
    ...{ name: 'An issuer of the tests', keys: issuer.keys, nowMs, isCa: true },
    by: { certificate: root.certificate, keys: root.keys },
    untilMs: nowMs - 1_000,
  })
  expect(judge(pem(leaf.certificate, old))).toEqual(forged('certificate_untrusted'))
})

test.each([
  ['another name', 'api.paypal.com', []],
  ['a name below', `a.${LEAF_NAME}`, []],
  ['a name that ends alike', `evil${LEAF_NAME}`, []],
  ['a wildcard', '*.sandbox.paypal.com', []],
  ['the right name beside a list that lacks it', LEAF_NAME, ['example.com']],
])('T22: %s is the wrong one', async (_, name, alsoFor) => {
  const { issuer, leaf, pem } = signer
  const wrong = await makeCertificate({ name, keys: leaf.keys, nowMs, by: issuer, alsoFor })
  expect(judge(pem(wrong, issuer.certificate))).toEqual(forged('certificate_name_wrong'))
})

test('T20: what is signed for money and what is signed for play have names of their own', async () => {
  const { issuer, leaf, pem } = signer
  const name = 'messageverificationcerts.paypal.com'
  const live = await makeCertificate({
    ...{ name: 'a service', keys: leaf.keys, nowMs, by: issuer, alsoFor: [name] },
  })
  expect(judge(pem(live, issuer.certificate))).toMatchObject({ genuine: true, livemode: true })
})

test('T22: a short key is refused', async () => {
  const { issuer, pem } = signer
  const keys = await makeKeys(1_024)
  const weak = await makeCertificate({ name: LEAF_NAME, keys, nowMs, by: issuer })
  expect(judge(pem(weak, issuer.certificate))).toEqual(forged('certificate_key_weak'))
})

test.each([
  ['nothing', () => ''],
  ['a page', () => '<html></html>'],
  [
    'rubbish between the lines',
    () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ],
  ['a crowd', () => signer.chainPem.repeat(4)],
])('T22: %s is no chain', (_, pem) => {
  expect(judge(pem())).toEqual(forged('certificate_unreadable'))
})

test('T22: the roots of the system do not know the tests', () => {
  const system = rootCertificates.map((pem) => new X509Certificate(pem))
  expect(judgeChain(signer.chainPem, system, nowMs)).toEqual(forged('certificate_untrusted'))
})
