import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type TestWorld } from '../world.ts'

const CONNECTIONS = 300
const WAIT_MS = 60_000

let world: TestWorld
let port: number
beforeAll(async () => {
  world = await openWorld()
  await world.http.listen({ port: 0, host: '127.0.0.1' })
  const address = world.http.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(() => world.close())

/** Somebody who never finishes the sentence, like slowhttptest. */
const drip = async (begin: string): Promise<{ socket: Socket; gone: Promise<unknown> }> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // to be cut off is what we are here for
  // `once` would reject where the cut comes as an error, and the test wait for ever.
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await once(socket, 'connect')
  socket.write(begin)
  const timer = setInterval(() => socket.write('X-a: b\r\n'), 1_000)
  socket.on('data', () => {})
  socket.once('close', () => clearInterval(timer))
  return { socket, gone }
}

test.each([
  ['headers that never end', 'GET /healthz HTTP/1.1\r\nHost: x\r\n'],
  [
    'a body that never ends',
    'POST /api/v1/auth/sign-in/email HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{',
  ],
])(
  'K14: whoever sends %s is cut off, and the probe is answered all the while',
  async (_what, begin) => {
    const slow = await Promise.all(Array.from({ length: CONNECTIONS }, () => drip(begin)))
    let cutOff = false
    const allGone = Promise.all(slow.map(({ gone }) => gone)).then(() => {
      cutOff = true
    })
    let answers = 0
    while (!cutOff) {
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
      answers += 1
    }
    await allGone
    expect(answers).toBeGreaterThan(0)
  },
  WAIT_MS,
)

test('K14: by configuration half-sent requests are gone within fifteen seconds', () => {
  const { server } = world.http
  const checkedEveryMs = 1_000
  expect(server.headersTimeout + checkedEveryMs).toBeLessThanOrEqual(15_000)
  expect(server.requestTimeout + checkedEveryMs).toBeLessThanOrEqual(15_000)
})

test('K14: a body that says it is too large is refused before it is read', async () => {
  const { socket } = await drip(
    'POST /api/v1/auth/two-factor/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n',
  )
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413/)
  socket.destroy()
})
