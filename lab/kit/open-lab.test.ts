import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FaultAsk } from './faults.ts'
import { type Lab, openLab } from './open-lab.ts'
import { openPlayed } from './played-provider.ts'
import type { Json, Kit } from './provider.ts'

let lab: Lab
beforeEach(async () => {
  lab = await openLab({ providers: { bank: openPlayed('bank'), till: openPlayed('till') } })
})
afterEach(() => lab.close())

const ask = (path = '/pay', init: RequestInit = {}, provider = 'bank') =>
  fetch(lab.url(provider) + path, init)
const done = () => lab.books('bank')[0]?.amount
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${lab.page}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
  })

test('each provider has its own port, and answers as it likes', async () => {
  expect(lab.url('bank')).not.toBe(lab.url('till'))
  expect(await (await ask('/pay?n=1')).json()).toMatchObject({ done: 1, path: '/pay?n=1' })
  expect(lab.account('bank')).toEqual({ base_url: lab.url('bank') })
})

test.each<[FaultAsk['fault'], number]>([
  ['server_error', 500],
  ['busy', 429],
])('%s: nothing was done', async (fault, status) => {
  lab.fault({ fault, provider: 'bank' })
  expect((await ask()).status).toBe(status)
  expect(done()).toBe(0)
  expect((await ask()).status).toBe(200)
})

test('refuse_connection: nothing was done, and nobody answered', async () => {
  lab.fault({ fault: 'refuse_connection' })
  await expect(ask()).rejects.toThrow()
  expect(done()).toBe(0)
})

test('drop_after_commit: it was done, and nobody answered', async () => {
  lab.fault({ fault: 'drop_after_commit' })
  await expect(ask()).rejects.toThrow()
  expect(done()).toBe(1)
})

test('error_after_commit: it was done, and 500 was answered', async () => {
  lab.fault({ fault: 'error_after_commit' })
  expect((await ask()).status).toBe(500)
  expect(done()).toBe(1)
})

test('truncate: the answer ends half-way', async () => {
  lab.fault({ fault: 'truncate' })
  const response = await ask()
  await expect(response.text()).rejects.toThrow()
  expect(done()).toBe(1)
})

test('latency: a later question is answered earlier', async () => {
  lab.fault({ fault: 'latency', ms: 3_600_000, provider: 'bank' })
  const answered: string[] = []
  const late = ask().then(
    () => answered.push('late'),
    () => answered.push('cut off'),
  )
  await ask('/pay', {}, 'till').then(() => answered.push('in time'))
  await expect.poll(done).toBe(1)
  await lab.close()
  await late
  expect(answered).toEqual(['in time', 'cut off'])
})

test('clock_skew: the provider has another time', async () => {
  lab.fault({ fault: 'clock_skew', ms: 3_600_000, provider: 'till' })
  const time = async (provider: string): Promise<number> => {
    const said: unknown = await (await ask('/pay', {}, provider)).json()
    return Number(Object(said).now)
  }
  const [right, wrong] = await Promise.all([time('bank'), time('till')])
  expect(Math.round((wrong - right) / 60_000)).toBe(60)
})

test('wrong_amount is for the provider to ask about', async () => {
  lab.fault({ fault: 'wrong_amount' })
  expect(await lab.control('bank', 'strikes', { fault: 'wrong_amount' })).toEqual({ struck: true })
  expect(await lab.control('bank', 'strikes', { fault: 'wrong_amount' })).toEqual({ struck: false })
})

test('whoever waits until all is settled waits for what happens by itself, too', async () => {
  await lab.control('bank', 'soon')
  await lab.settled()
  expect(done()).toBe(100)
})

test('the menu over HTTP: asked for, listed, cleared', async () => {
  const added = await post('faults', { fault: 'busy', times: 2, provider: 'bank' })
  expect(await added.json()).toEqual([{ fault: 'busy', times: 2, provider: 'bank' }])
  expect((await ask()).status).toBe(429)
  const listed = await fetch(`${lab.page}/faults`)
  expect(await listed.json()).toEqual([{ fault: 'busy', times: 1, provider: 'bank' }])
  await fetch(`${lab.page}/faults`, { method: 'DELETE' })
  expect((await ask()).status).toBe(200)
  expect((await post('faults', { fault: 'rain' })).status).toBe(400)
})

test('everything else over HTTP: what people do, books, accounts, deliveries', async () => {
  const url = `${lab.url('till')}/hooks`
  const sent = await post('bank/send', { url, word: 'first' })
  expect(await sent.json()).toEqual({ sent: 'first' })
  const settled = await fetch(`${lab.page}/settled`)
  expect(settled.status).toBe(200)
  const of = async (path: string) => (await fetch(`${lab.page}/${path}`)).json()
  expect(await of('accounts')).toMatchObject({ bank: { base_url: lab.url('bank') } })
  expect(await of('accounts/bank')).toEqual({ base_url: lab.url('bank'), enabled: true })
  expect(await of('books')).toMatchObject([{ provider: 'bank' }, { provider: 'till', amount: 1 }])
  expect(await of('deliveries?provider=till')).toEqual([])
  expect(await of('deliveries')).toMatchObject([
    { n: 1, attempts: [{ status: 200, body: 'first' }] },
  ])
  expect(await (await post('deliveries/1/replay', { times: 2 })).json()).toEqual({
    statuses: [200, 200],
  })
  expect((await post('deliveries/2/replay', {})).status).toBe(404)
  expect((await post('deliveries/1/replay', { often: 2 })).status).toBe(400)
})

test('the desk answers on a provider’s own port, and no fault meets it there', async () => {
  lab.fault({ fault: 'refuse_connection', times: 10 })
  expect((await ask('/__lab/books')).status).toBe(200)
})

test('what cannot be done is said in a sentence', async () => {
  const no = await post('bank/fly', {})
  expect([no.status, await no.json()]).toEqual([400, { message: expect.stringContaining('send') }])
  await expect(lab.control('bank', 'constructor')).rejects.toThrow('bank can send')
  await expect(lab.control('shop', 'send')).rejects.toThrow('no shop')
  expect((await post('shop/send', {})).status).toBe(404)
})

test('curl’s usual content type is no obstacle', async () => {
  const said = await post(
    'faults',
    { fault: 'busy' },
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
  )
  expect(said.status).toBe(200)
})

test('a form of the page leads back to the page', async () => {
  const said = await fetch(`${lab.page}/faults`, {
    method: 'POST',
    body: new URLSearchParams({ fault: 'busy', times: '3', provider: '', ms: '' }),
    redirect: 'manual',
  })
  expect([said.status, said.headers.get('location')]).toEqual([303, '/__lab'])
  expect(lab.faults()).toEqual([{ fault: 'busy', times: 3 }])
})

test('a page of another site is turned away', async () => {
  const from = (origin: string) => post('faults', { fault: 'busy' }, { origin })
  expect((await from('https://elsewhere.example')).status).toBe(403)
  expect((await from(new URL(lab.page).origin)).status).toBe(200)
})

test('the page lists providers, faults and deliveries, and escapes what it shows', async () => {
  await post('bank/send', { url: `${lab.url('till')}/<script>`, word: 'x' })
  await lab.settled()
  await lab.replay(1, { times: 3 })
  lab.fault({ fault: 'busy', provider: 'till' })
  const page = await (await fetch(lab.page)).text()
  expect(page).toContain(lab.url('bank'))
  expect(page).toContain('&quot;fault&quot;:&quot;busy&quot;')
  expect(page).toContain('/__lab/deliveries/1/replay')
  expect(page).toMatch(/: genuine \d+, replayed \d+ ×3</)
  expect(page).not.toContain('<script>')
})

test('what waits has buttons on the page, which lead back to it, and nowhere else', async () => {
  let left = ['a <b>']
  const pay = async ({ what }: Json) => {
    if (!left.includes(String(what))) throw new Error('it <b>was</b> paid')
    left = []
    return { location: 'https://shop.example/' }
  }
  const providers = {
    till: async (kit: Kit) => ({
      ...(await openPlayed('till')(kit)),
      controls: { pay },
      waiting: () =>
        left.map((what) => ({ what, buttons: [{ control: 'pay', input: { what }, words: 'go' }] })),
    }),
  }
  const own = await openLab({ providers })
  const pressed = (next: object) =>
    fetch(`${own.page}/till/pay`, {
      method: 'POST',
      body: new URLSearchParams({ input: '{"what":"a <b>"}', ...next }),
      redirect: 'manual',
    })
  const page = await (await fetch(own.page)).text()
  expect(page).toContain('<td>a &lt;b&gt;</td>')
  expect(page).toContain('<button>go</button>')
  expect((await pressed({ next: '/__lab' })).headers.get('location')).toBe('/__lab')
  expect(await (await fetch(own.page)).text()).not.toContain('<button>go</button>')
  const late = await pressed({ next: '/__lab' })
  expect([late.status, await late.text()]).toEqual([400, expect.stringContaining('&lt;b&gt;was')])
  left = ['a <b>']
  expect((await pressed({})).headers.get('location')).toBe('https://shop.example/')
  await own.close()
})

test('an address that reads differently once it is parsed is turned away, a body too long, too', async () => {
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(lab.url('bank'))
    request({ hostname, port, path: '/a/../b' }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end()
  })
  expect(status).toBe(400)
  const long = await ask('/pay', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })
  expect(long.status).toBe(413)
})

test('a mistake of the lab itself is told when it closes', async () => {
  const broken = await openLab({ providers: { bank: openPlayed('bank') } })
  await broken.control('bank', 'break')
  await broken.settled()
  await expect(broken.close()).rejects.toThrow('the lab broke')
})

test('what is not registered is not opened, and a port that is taken ends all', async () => {
  await expect(openLab({ providers: ['nobody'] })).rejects.toThrow('no nobody')
  const taken = Number(new URL(lab.url('bank')).port)
  const providers = { one: openPlayed('one'), two: openPlayed('two') }
  await expect(openLab({ providers, ports: { two: taken } })).rejects.toThrow('EADDRINUSE')
})

test('a provider may bring a listener of its own', async () => {
  let closed = false
  const providers = {
    post: async () => ({
      name: 'post',
      handle: async () => ({ status: 200, body: 'a page' }),
      controls: {},
      account: (url: string) => ({ url }),
      books: () => [],
      listen: async (port: number) => ({
        url: `smtp://127.0.0.1:${port}`,
        close: async () => {
          closed = true
        },
      }),
    }),
  }
  const own = await openLab({ providers, ports: { post: 2525 } })
  expect(own.account('post')).toEqual({ url: 'smtp://127.0.0.1:2525' })
  expect(await (await fetch(`${own.page}/post/inbox`)).text()).toBe('a page')
  await own.close()
  expect(closed).toBe(true)
})
