import { afterEach, expect, expectTypeOf, test } from 'vitest'
import { type Answer, createTongbao, type TongbaoOptions, UnreachableError } from '../src/index.ts'
import { backOffMs, retryAfterMs } from '../src/wait.ts'
import { type Asked, farServer, json } from './far-server.ts'

const ADA = { external_id: 'ada', amount: 30 }
const CHARGED = { charge_id: 'chg_1', amount: 30 }
const refusal = (code: string) => ({ code, detail: code, request_id: 'req_1' })

let open: Awaited<ReturnType<typeof farServer>>[] = []
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()))
  open = []
})
async function withServer(
  answer: Parameters<typeof farServer>[0],
  more: Partial<TongbaoOptions> = {},
) {
  const server = await farServer(answer)
  open.push(server)
  return { server, tongbao: createTongbao({ baseUrl: server.url, key: 'tb_sk_test', ...more }) }
}
const keysOf = (asked: readonly Asked[]) => asked.map(({ headers }) => headers['idempotency-key'])

test('a call says who it is, in which language, and what it wants', async () => {
  const { server, tongbao } = await withServer((_, reply) => json(reply, 200, CHARGED), {
    language: () => 'zh-CN',
  })
  const answer = await tongbao.charge(ADA, { key: 'job-4711-charge' })
  expect(answer).toEqual(CHARGED)
  expectTypeOf(answer).toEqualTypeOf<Answer<'charge_credits'>>()
  expect(server.asked).toMatchObject([
    {
      ...{ method: 'POST', url: '/api/v1/credits/charge', body: JSON.stringify(ADA) },
      headers: {
        authorization: 'Bearer tb_sk_test',
        'accept-language': 'zh-CN',
        'idempotency-key': 'job-4711-charge',
      },
    },
  ])
})

test('what moves value has a key of its own, and keeps it over a cut line, half an answer, 429 and 503', async () => {
  const { server, tongbao } = await withServer(
    (_, reply, nth) => {
      if (nth === 1) reply.destroy()
      else if (nth === 2) {
        reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
        reply.write('{"charge_id":', () => reply.destroy())
      } else if (nth === 3) json(reply, 429, refusal('rate_limited'), { 'retry-after': '0' })
      else if (nth === 4) json(reply, 503, refusal('ledger_busy'), { 'retry-after': '0' })
      else json(reply, 200, CHARGED)
    },
    { triesMax: 5 },
  )
  expect(await tongbao.charge(ADA)).toEqual(CHARGED)
  const keys = keysOf(server.asked)
  expect(keys).toHaveLength(5)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  await tongbao.charge(ADA)
  expect(keysOf(server.asked).at(-1)).not.toBe(keys[0])
})

test('what nobody answered is told with its key, so that the caller can find out', async () => {
  const { server, tongbao } = await withServer((_, reply) => reply.destroy(), { triesMax: 2 })
  const caught = await tongbao.charge(ADA).catch((error: unknown) => error)
  expect(caught).toBeInstanceOf(UnreachableError)
  expect(caught).toMatchObject({ code: 'unreachable', status: 0, key: keysOf(server.asked)[0] })
  expect(server.asked).toHaveLength(2)
})

test('what reads is sent again; what may not happen twice is not', async () => {
  const { server, tongbao } = await withServer((_, reply, nth) =>
    nth % 2 === 1 ? reply.destroy() : json(reply, 200, { items: [], next_cursor: null }),
  )
  await tongbao.get('/api/v1/credits/history')
  expect(server.asked).toHaveLength(2)
  const body = { email: 'ada@example.com', password: 'correct horse battery' }
  const signIn = tongbao.post('/api/v1/auth/sign-in/email', { body })
  await expect(signIn).rejects.toBeInstanceOf(UnreachableError)
  expect(server.asked).toHaveLength(3)
})

test('a refusal is final, and so is a limit that says no time or one too far away', async () => {
  const { server, tongbao } = await withServer((asked, reply) => {
    const code = String(asked.headers['idempotency-key'])
    if (code === 'far_away') json(reply, 429, refusal(code), { 'retry-after': '3600' })
    else json(reply, code === 'no_time' ? 429 : 402, refusal(code))
  })
  for (const key of ['far_away', 'no_time', 'insufficient_credits'])
    await expect(tongbao.charge(ADA, { key })).rejects.toMatchObject({ code: key })
  expect(server.asked).toHaveLength(3)
})

test('whoever gives up is told their own reason, at once', async () => {
  const patience = new AbortController()
  const { server, tongbao } = await withServer((_, reply) => {
    json(reply, 503, refusal('unavailable'), { 'retry-after': '20' })
    patience.abort(new Error('no longer wanted'))
  })
  const call = tongbao.charge(ADA, { signal: patience.signal })
  await expect(call).rejects.toThrow('no longer wanted')
  expect(server.asked).toHaveLength(1)
})

test('a server that says nothing is as good as none', async () => {
  const { server, tongbao } = await withServer(() => {}, { triesMax: 2, timeoutMs: 500 })
  await expect(tongbao.get('/healthz')).rejects.toBeInstanceOf(UnreachableError)
  expect(server.asked).toHaveLength(2)
})

test('an empty answer is undefined, text is text, and what pretends to be JSON is refused', async () => {
  const { tongbao } = await withServer((asked, reply) => {
    if (asked.method === 'POST') reply.writeHead(204).end()
    else if (asked.url === '/metrics') reply.setHeader('content-type', 'text/plain').end('up 1')
    else reply.setHeader('content-type', 'application/json').end('{')
  })
  expect(await tongbao.post('/api/v1/auth/sign-out')).toBeUndefined()
  expect(await tongbao.get('/metrics')).toBe('up 1')
  await expect(tongbao.get('/healthz')).rejects.toMatchObject({ code: 'answer_unreadable' })
})

test('a list is read page after page, as far as one cares to', async () => {
  const { server, tongbao } = await withServer(({ url }, reply) => {
    const cursor = Number(new URL(url, 'http://far').searchParams.get('cursor') ?? 0)
    const items = [{ entry_id: `${cursor}a` }, { entry_id: `${cursor}b` }]
    json(reply, 200, { items, next_cursor: cursor < 2 ? String(cursor + 1) : null })
  })
  const query = { kind: 'charge' }
  const read: string[] = []
  for await (const { entry_id } of tongbao.each('/api/v1/credits/history', { query }))
    read.push(entry_id)
  expect(read).toEqual(['0a', '0b', '1a', '1b', '2a', '2b'])
  expect(server.asked.map(({ url }) => url.split('?')[1])).toEqual([
    'kind=charge',
    'kind=charge&cursor=1',
    'kind=charge&cursor=2',
  ])
  for await (const page of tongbao.pages('/api/v1/credits/history')) {
    expect(page.items).toHaveLength(2)
    break
  }
  expect(server.asked).toHaveLength(4)
})

test('waits double up to their limit and are spread; a date is a wait, too', () => {
  expect([0, 1, 2, 3, 50].map((nth) => backOffMs(nth, 3_000, () => 1))).toEqual([
    500, 1_000, 2_000, 3_000, 3_000,
  ])
  expect(backOffMs(2, 30_000, () => 0)).toBe(1_000)
  expect(retryAfterMs('2')).toBe(2_000)
  expect(retryAfterMs('Thu, 01 Jan 1970 00:00:05 GMT', 1_000)).toBe(4_000)
  expect(retryAfterMs('soon')).toBeUndefined()
  expect(retryAfterMs(null)).toBeUndefined()
})

// Never called: it compiles or it does not.
export async function typesHold(tongbao: ReturnType<typeof createTongbao>): Promise<void> {
  // @ts-expect-error a path that is none
  await tongbao.get('/api/v1/credits/balanc')
  // @ts-expect-error the body is missing
  await tongbao.post('/api/v1/credits/charge')
  // @ts-expect-error a field that is none
  await tongbao.post('/api/v1/credits/charge', { body: { external: 'ada' } })
  // @ts-expect-error the id is missing
  await tongbao.get('/api/v1/payments/{id}')
  // @ts-expect-error not a list with cursors
  for await (const _ of tongbao.each('/api/v1/credits/lots')) break
}
