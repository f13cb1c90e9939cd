import Type from 'typebox'
import { expect, test } from 'vitest'
import { farSide } from '../../../../../test/far-side.ts'
import { refusal, TOKEN } from '../../../../../test/paypal-objects.ts'
import { openClient } from './client.ts'
import type { PaypalAccount } from './settings.ts'

const account: PaypalAccount = {
  name: 'main',
  merchant: 'MERCHANT1',
  livemode: false,
  settings: {
    webhook_id: '4JH86294D6297924G',
    merchant_id: 'MERCHANT1',
    base_url: 'http://127.0.0.1:4020',
  },
  secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
}
const T = 'POST /v1/oauth2/token'
const X = 'GET /x'
const Shape = Type.Object({ id: Type.String() })
const yes = { said: 'yes', value: { id: '1' } }

function open(script: Parameters<typeof farSide>[0], now: () => number = () => 0) {
  const far = farSide(script)
  const client = openClient({ now, ask: far.ask })
  const ask = (of = account) => client.ask(of, { method: 'GET', path: '/x' }, Shape)
  const lines = () => far.heard.map(({ method, url }) => `${method} ${url.pathname}`)
  return { ask, heard: far.heard, lines }
}
const token = (access_token: string, expires_in = 32_400) => ({
  json: { access_token, token_type: 'Bearer', expires_in },
})

test('PY6: who asks shows a pass, and gets it with the secret', async () => {
  const { ask, heard } = open({ [T]: TOKEN, [X]: { json: { id: '1' } } })
  expect(await ask()).toEqual(yes)
  expect(heard[0]?.headers['authorization']).toBe(
    `Basic ${Buffer.from('client-1-of-tests:secret-1-of-tests').toString('base64')}`,
  )
  expect(heard[0]?.form()).toEqual({ grant_type: 'client_credentials' })
  expect(heard[1]?.headers['authorization']).toBe('Bearer A21.token')
})

test('PY6: many at once get one pass together', async () => {
  const { ask, lines } = open({ [T]: TOKEN, [X]: { json: { id: '1' } } })
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([yes, yes, yes])
  expect(lines()).toEqual([T, X, X, X])
})

test('PY6: a pass is renewed before it ends', async () => {
  let now = 0
  const { ask, lines } = open(
    { [T]: [token('first', 600), token('second', 600)], [X]: { json: { id: '1' } } },
    () => now,
  )
  await ask()
  now = 479_999
  await ask()
  expect(lines()).toEqual([T, X, X])
  now = 480_000
  await ask()
  expect(lines()).toEqual([T, X, X, T, X])
})

test('PY6: a pass that is taken back is replaced once, for all who held it', async () => {
  const { ask, lines } = open({
    [T]: [token('first'), token('second')],
    [X]: ({ headers }) =>
      headers['authorization'] === 'Bearer second'
        ? { json: { id: '1' } }
        : { status: 401, json: {} },
  })
  expect(await Promise.all([ask(), ask()])).toEqual([yes, yes])
  expect(lines().filter((line) => line === T)).toHaveLength(2)
})

test('PY4: where no pass helps nobody knows what became of it', async () => {
  const refused = open({ [T]: TOKEN, [X]: { status: 401, json: {} } })
  expect(await refused.ask()).toEqual({ said: 'unknown', why: 'answered_401' })
  expect(refused.lines()).toEqual([T, X, T, X])
  const shut = open({ [T]: { status: 401, json: { error: 'invalid_client' } } })
  expect(await shut.ask()).toMatchObject({ said: 'unknown' })
  const bad = open({ [T]: { status: 400, json: { error: 'invalid_request' } } })
  expect(await bad.ask()).toEqual({ said: 'unknown', why: 'token_refused_400' })
})

test('PY4: a pass that did not come is asked for by the next', async () => {
  const { ask } = open({ [T]: [{ lost: 'timeout' }, TOKEN], [X]: { json: { id: '1' } } })
  expect(await ask()).toEqual({ said: 'unknown', why: 'timeout' })
  expect(await ask()).toEqual(yes)
})

test('PY7: a new secret gets a pass of its own', async () => {
  const { ask, lines } = open({ [T]: TOKEN, [X]: { json: { id: '1' } } })
  await ask()
  await ask({ ...account, secrets: { ...account.secrets, client_secret: 'the-next-secret' } })
  expect(lines()).toEqual([T, X, T, X])
})

test.each([
  ['no answer', { lost: 'timeout' }, 'timeout'],
  ['a fault of theirs', { status: 500, json: {} }, 'answered_500'],
  ['too many requests', { status: 429, json: {} }, 'answered_429'],
  ['a right we do not have', { status: 403, json: {} }, 'answered_403'],
  ['the same under way', { status: 409, json: {} }, 'answered_409'],
  ['a redirect', { status: 302, json: { id: '1' } }, 'answered_302'],
  ['half an answer', { text: '{"id":"1' }, 'answer_unreadable'],
  ['another answer', { json: { name: '1' } }, 'answer_unreadable'],
])('PY4: after %s nobody knows what became of it', async (_, answer, why) => {
  const { ask } = open({ [T]: TOKEN, [X]: answer })
  expect(await ask()).toEqual({ said: 'unknown', why })
})

test('PY4: what PayPal has read and refused has not happened', async () => {
  const { ask } = open({
    [T]: TOKEN,
    [X]: [
      refusal('INSTRUMENT_DECLINED'),
      { status: 404, json: { name: 'RESOURCE_NOT_FOUND' } },
      { status: 400, text: 'told by the payer: name@example.com' },
    ],
  })
  expect(await ask()).toMatchObject({ said: 'no', code: 'instrument_declined' })
  expect(await ask()).toMatchObject({ said: 'no', code: 'resource_not_found' })
  expect(await ask()).toEqual({ said: 'no', code: 'refused_400', text: 'refused_400' })
})
