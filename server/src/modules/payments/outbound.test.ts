import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openAsk } from './outbound.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A provider on this machine; answers its address. */
async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const get = (url: string) => ({ method: 'GET', url }) as const

test('PY4: what was asked arrives as it was written, and the answer as it was sent', async () => {
  const url = await served((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      response.writeHead(201, { 'x-answer': 'yes' })
      const { method, url: path, headers } = request
      response.end(
        JSON.stringify({
          ...{ method, path, sent: headers['x-sent'], type: headers['content-type'] },
          body: Buffer.concat(parts).toString(),
        }),
      )
    })
  })
  const answered = await openAsk()({
    method: 'POST',
    url: `${url}/v3/pay?a=b%2Fc`,
    headers: { 'x-sent': 'here', 'content-type': 'application/json' },
    body: '{"title":"你好"}',
  })
  if (answered.lost) throw new Error(answered.why)
  expect(answered.status).toBe(201)
  expect(answered.headers.get('x-answer')).toBe('yes')
  expect(JSON.parse(answered.body.toString())).toEqual({
    method: 'POST',
    path: '/v3/pay?a=b%2Fc',
    sent: 'here',
    type: 'application/json',
    body: '{"title":"你好"}',
  })
})

test('PY6: a redirect is an answer like another, and is not followed', async () => {
  let visits = 0
  const elsewhere = await served((_, response) => {
    visits++
    response.end('stolen')
  })
  const url = await served((_, response) => {
    response.writeHead(307, { location: `${elsewhere}/` }).end('go there')
  })
  const body = '{"secret":true}'
  const answered = await openAsk()({ method: 'POST', url, headers: { authorization: 'x' }, body })
  expect(answered).toMatchObject({ lost: false, status: 307 })
  expect(visits).toBe(0)
})

test('T24: a body is read up to its limit and no further, whether its length is said or not', async () => {
  const url = await served((request, response) => {
    if (request.url === '/said') response.writeHead(200, { 'content-length': '101' })
    response.write('a'.repeat(50))
    response.end('a'.repeat(51))
  })
  const ask = openAsk({ bytesMax: 100 })
  expect(await ask(get(`${url}/said`))).toEqual({ lost: true, why: 'too_long' })
  expect(await ask(get(`${url}/unsaid`))).toEqual({ lost: true, why: 'too_long' })
  expect(await ask({ ...get(url), bytesMax: 101 })).toMatchObject({ lost: false, status: 200 })
})

test('T24: a body that swells when it is unpacked is cut off, and so is one that never ends', async () => {
  const bomb = gzipSync(Buffer.alloc(20 * 1_048_576))
  const url = await served((request, response) => {
    if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    else {
      const pour = () => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', pour)
      }
      pour()
    }
  })
  expect(bomb.length).toBeLessThan(100_000)
  expect(await openAsk()(get(`${url}/bomb`))).toEqual({ lost: true, why: 'too_long' })
  expect(await openAsk()(get(`${url}/endless`))).toEqual({ lost: true, why: 'too_long' })
})

test('PY4: a provider that hangs is given up, before its headers and in the midst of its body', async () => {
  const url = await served((request, response) => {
    if (request.url === '/half') response.writeHead(200).write('half')
  })
  const ask = openAsk({ timeoutMs: 50 })
  expect(await ask(get(url))).toEqual({ lost: true, why: 'timeout' })
  expect(await ask(get(`${url}/half`))).toEqual({ lost: true, why: 'timeout' })
})

test('PY4: a connection that breaks is a loss, and half an answer is none', async () => {
  const url = await served((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('half')
    else request.socket.resetAndDestroy()
    if (request.url === '/half') setImmediate(() => request.socket.destroy())
  })
  const reset = await openAsk()(get(url))
  const half = await openAsk()(get(`${url}/half`))
  expect([reset.lost, half.lost]).toEqual([true, true])
})

test('PY4: nobody who listens, and an address that is none, are losses', async () => {
  const url = await served(() => {})
  for (const close of closing.splice(0)) await close()
  expect(await openAsk()(get(url))).toEqual({ lost: true, why: 'ECONNREFUSED' })
  expect(await openAsk()(get('no address'))).toMatchObject({ lost: true })
})

test('T70: why it was lost repeats nothing of what was sent', async () => {
  const canary = 'canary'
  const request = {
    method: 'POST',
    headers: { authorization: canary, 'x-broken': `${canary}\n` },
    body: canary,
  } as const
  const url = await served((incoming) => incoming.socket.destroy())
  const losses = [
    await openAsk()({ ...request, url }),
    await openAsk()({ ...request, url, headers: { authorization: canary } }),
    await openAsk()({ ...request, url: `http://${canary}:${canary}@127.0.0.1/${canary}` }),
    await openAsk()({ ...request, url: `${canary}://${canary}` }),
  ]
  expect(losses.map(({ lost }) => lost)).toEqual([true, true, true, true])
  expect(JSON.stringify(losses)).not.toContain(canary)
})
