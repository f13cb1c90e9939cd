import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, expect, test } from 'vitest'
import { isExempt } from '#kernel/http-limits'
import { type Config, readConfig } from './config.ts'
import { webPages } from './web-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'tongbao-pages-'))
const html = (name: string) => `<meta name="tongbao" content=""><title>${name}</title>`
for (const name of ['index', 'console', 'kit'])
  writeFileSync(join(folder, `${name}.html`), html(name))
for (const name of ['static', 'kit']) mkdirSync(join(folder, name))
writeFileSync(join(folder, 'static/app-12345678.js'), 'plain')
writeFileSync(join(folder, 'static/app-12345678.js.br'), 'brotli')
writeFileSync(join(folder, 'kit/kit-12345678.js'), 'kit')
afterAll(() => rmSync(folder, { recursive: true }))

const PRODUCTION = {
  TONGBAO_MODE: 'production',
  TONGBAO_SECRET: 'a secret of the tests that is long enough',
  TONGBAO_PUBLIC_URL: 'https://pay.example',
  TONGBAO_SMTP_URL: 'smtp://mail.example',
}
const configOf = (env: Readonly<Record<string, string>>): Config => {
  const read = readConfig(env)
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  return read.config
}

async function server(env: Readonly<Record<string, string>> = {}, from = folder) {
  const http = Fastify()
  const pages = webPages({ config: configOf(env), version: '1.2.3', folder: from })
  await pages.open(http)
  http.setNotFoundHandler(
    (request, reply) => pages.answer(request, reply) ?? reply.code(404).send('nothing'),
  )
  return http
}
const open = (http: FastifyInstance, url: string, accept = 'text/html,*/*') =>
  http.inject({ method: 'GET', url, headers: { accept } })

test('a browser finds the portal at every address, and the console at its own', async () => {
  const http = await server()
  const title = async (url: string) => /<title>(\w+)/.exec((await open(http, url)).body)?.[1]
  expect(await title('/')).toBe('index')
  expect(await title('/credits?kind=charge')).toBe('index')
  expect(await title('/consoles')).toBe('index')
  expect(await title('/console')).toBe('console')
  expect(await title('/console/people/usr_1')).toBe('console')
  expect(await title('/kit')).toBe('kit')
})

test('what is no page of ours stays unanswered: the API, files, and who asks for JSON', async () => {
  const http = await server()
  for (const url of [
    '/api/v1/nothing',
    '/static/none.js',
    '/favicon.ico',
    '/assets/none',
    '/docs/x',
  ])
    expect([url, (await open(http, url)).statusCode]).toEqual([url, 404])
  expect((await open(http, '/credits', 'application/json')).statusCode).toBe(404)
  expect((await http.inject({ method: 'POST', url: '/credits' })).statusCode).toBe(404)
})

test('a page is kept by nobody, a file of a page for ever, and small where that is understood', async () => {
  const http = await server()
  expect((await open(http, '/')).headers['cache-control']).toBe('no-store')
  const url = '/static/app-12345678.js'
  const plain = await http.inject({ method: 'GET', url })
  expect([plain.body, plain.headers['cache-control']]).toEqual([
    'plain',
    'public, max-age=31536000, immutable',
  ])
  const small = await http.inject({ method: 'GET', url, headers: { 'accept-encoding': 'br' } })
  expect([small.body, small.headers['content-encoding']]).toEqual(['brotli', 'br'])
})

test('a page says what the server is, and whether WeChat is a way in', async () => {
  const told = async (env: Readonly<Record<string, string>>) => {
    const { body } = await open(await server(env), '/sign-in')
    const content = /content="([^"]*)"/.exec(body)?.[1] ?? ''
    return JSON.parse(content.replaceAll('&quot;', '"'))
  }
  const site = { mode: 'development', version: '1.2.3', sandbox: true, wechat: false }
  expect(await told({})).toEqual(site)
  const app = { TONGBAO_WECHAT_LOGIN_APPID: 'wx1', TONGBAO_WECHAT_LOGIN_SECRET: 'secret' }
  expect(await told(app)).toEqual({ ...site, wechat: true })
  expect(await told(PRODUCTION)).toEqual({ ...site, mode: 'production', sandbox: false })
})

test('in production there is no kit: neither its page nor what it loads', async () => {
  const [here, there] = [await server(), await server(PRODUCTION)]
  expect((await open(here, '/kit')).body).toContain('<title>kit')
  expect((await open(there, '/kit')).body).toContain('<title>index')
  expect((await open(here, '/kit/kit-12345678.js', '*/*')).statusCode).toBe(200)
  expect((await open(there, '/kit/kit-12345678.js', '*/*')).statusCode).toBe(404)
})

test('the address of a reset mail, which holds a token, is told to nobody', async () => {
  const http = await server()
  const reply = await open(http, '/reset-password?token=secret')
  expect(reply.headers['referrer-policy']).toBe('no-referrer')
})

test('where nothing is built a page says how to build it', async () => {
  const reply = await open(await server({}, join(folder, 'nowhere')), '/')
  expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining('npm start')])
})

test('the files of the pages are not counted, the pages are', async () => {
  const http = await server()
  const counted: boolean[] = []
  http.addHook('onRequest', async (request) => void counted.push(!isExempt(request)))
  await open(http, '/static/app-12345678.js')
  await open(http, '/')
  expect(counted).toEqual([false, true])
})
