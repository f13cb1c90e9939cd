import { afterAll, beforeAll, expect, test } from 'vitest'
import { movableClock, parseDurationMs } from '#kernel/clock'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../test/world.ts'

const DAY_MS = 86_400_000
let world: TestWorld
beforeAll(async () => {
  world = await openWorld({ start: true })
})
afterAll(() => world.close())

const move = (body: object) =>
  world.call('POST', '/api/v1/admin/clock', { as: BOOTSTRAP_KEY, body })

test('K11: durations are read exactly or not at all', () => {
  expect(['90s', '15m', '12h', '30d', '2w'].map(parseDurationMs)).toEqual([
    90_000,
    900_000,
    43_200_000,
    30 * DAY_MS,
    14 * DAY_MS,
  ])
  for (const text of ['', '1', 'd', '-1d', '1.5h', '1y', '1d1h'])
    expect(parseDurationMs(text)).toBeUndefined()
})

test('K11: a clock runs on from where it was moved to', () => {
  let machine = 1_000
  const clock = movableClock(() => machine)
  clock.shift(500)
  expect(clock.now()).toBe(1_500)
  machine += 10
  expect([clock.now(), clock.shiftMs]).toEqual([1_510, 500])
})

test('K11: moved on one node, time is moved on every node, and stays moved for the next one', async () => {
  const other = await world.anotherNode()
  expect((await move({ by: '30d' })).json().shift_ms).toBe(30 * DAY_MS)
  await expect.poll(() => Math.abs(other.clock.now() - world.clock.now()) < DAY_MS).toBe(true)
  const late = await world.anotherNode()
  expect(Math.abs(late.clock.now() - world.clock.now())).toBeLessThan(DAY_MS)
  expect((await move({ to: '2040-02-29T12:00:00Z' })).json().now).toMatch(/^2040-02-29T12:0/)
  const { date } = (await world.call('GET', '/api/v1/products')).headers
  expect(date).toMatch(/^Wed, 29 Feb 2040 12:/)
  expect((await move({ reset: true })).json().shift_ms).toBe(0)
  await Promise.all([other.stop(), late.stop()])
})

test.each([[{}], [{ by: '1d', reset: true }], [{ by: 'soon' }], [{ by: '999999w' }]])(
  'K11: a move that makes no sense is refused: %j',
  async (body) => {
    const reply = await move(body)
    expect([reply.statusCode, reply.json().code]).toEqual([422, 'clock_move_invalid'])
  },
)

test('K11: in production time moves by itself, and mail is nobody’s to read', async () => {
  const live = await world.anotherNode({
    TONGBAO_MODE: 'production',
    TONGBAO_BOOTSTRAP_KEY: '',
    TONGBAO_SECRET: 'x'.repeat(40),
    TONGBAO_PUBLIC_URL: 'https://pay.example',
    TONGBAO_SMTP_URL: 'smtp://127.0.0.1:9',
  })
  const { key } = (
    await world.call('POST', '/api/v1/api-keys', {
      as: BOOTSTRAP_KEY,
      body: { name: 'x', scopes: ['clock:move', 'mailbox:read'] },
    })
  ).json()
  const headers = { authorization: `Bearer ${key}` }
  const url = '/api/v1/admin'
  const moved = await live.http.inject({
    method: 'POST',
    url: `${url}/clock`,
    headers,
    payload: { by: '1d' },
  })
  expect([moved.statusCode, moved.json().code]).toEqual([409, 'clock_fixed'])
  const mail = await live.http.inject({ method: 'GET', url: `${url}/mailbox`, headers })
  expect([mail.statusCode, mail.json().code]).toEqual([409, 'mailbox_closed'])
  await live.stop()
})
