import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { onServer, withDatabase } from '../postgres.ts'
import { freshDatabase, runCli, startServer } from '../server-process.ts'
import { BOOTSTRAP_KEY } from '../world.ts'

const SECRET = { TONGBAO_SECRET: 'a secret of the tests that is long enough' }
const serve = (env: Record<string, string>) => runCli(['serve'], { ...SECRET, ...env }).ended
const server = () => inject('postgresUrl')
const changed = (change: (url: URL) => void): string => {
  const url = new URL(withDatabase(server(), 'postgres'))
  change(url)
  return url.href
}

/** One sentence for a person, no stack, and a code that stops a script. */
const expectSentence = (ended: { code: number | null; err: readonly string[] }, about: RegExp) => {
  expect(ended.code).toBe(1)
  const said = ended.err.filter((line) => !line.startsWith('migrated '))
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(/^tongbao: /)
  expect(said[0]).toMatch(about)
}

test('a taken port is said in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const ended = await serve({ DATABASE_URL: await freshDatabase('migrated'), PORT: port })
  expectSentence(ended, new RegExp(`port ${port} is taken`))
  other.close()
})

test.each([
  ['nobody listens', () => `postgres://me:pw@127.0.0.1:1/db`, /nothing answers there/],
  ['no such host', () => 'postgres://me:pw@no-such-host.invalid/db', /no such host/],
  ['no such database', () => withDatabase(server(), 'not_there'), /no such database/],
  [
    'no such user',
    () => changed((u) => Object.assign(u, { username: 'stranger' })),
    /password is wrong|does not let/,
  ],
  ['not an address', () => 'postgres//typo', /DATABASE_URL must be an address/],
])(
  'a wrong DATABASE_URL is said in one sentence, without its password: %s',
  async (_what, url, about) => {
    const ended = await serve({ DATABASE_URL: url(), PORT: '0' })
    expectSentence(ended, about)
    const { password } = new URL(server())
    if (password) expect(ended.err.join()).not.toContain(password)
    expect(ended.err.join()).not.toContain(':pw@')
  },
)

test('a database that is newer than the build is said in one sentence, and stays as it is', async () => {
  const url = await freshDatabase('migrated')
  await onServer(
    url,
    `insert into kernel.migrations (number, name, checksum) values (9999, '9999-later-thing', 'x')`,
  )
  expectSentence(
    await serve({ DATABASE_URL: url, PORT: '0' }),
    /newer than this build.*9999-later-thing/,
  )
})

test('a data folder that cannot be one is said in one sentence', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'not-a-folder-')), 'file')
  writeFileSync(file, 'in the way')
  const ended = await serve({ TONGBAO_DATA: file, PORT: '0' })
  expect(ended.code).toBe(1)
  expect(ended.err).toHaveLength(1)
  expect(ended.err[0]).toContain(file)
})

test('every fault of the environment is listed at once', async () => {
  const ended = await serve({ PORT: 'x', TONGBAO_MODE: 'live', REDIS_URL: 'x' })
  expect(ended.code).toBe(1)
  expect(ended.err.map((line) => line.split(' ')[1])).toEqual(['TONGBAO_MODE', 'PORT', 'REDIS_URL'])
})

test('an unknown command or option is refused with how to say it', async () => {
  const unknown = await runCli(['serv'], {}).ended
  expect([unknown.code, unknown.err[0]]).toEqual([1, 'tongbao: there is no command "serv"'])
  const option = await runCli(['clock', '--forward', '1d'], {}).ended
  expect(option.code).toBe(1)
  expect(option.err[0]).toContain('usage: tongbao clock')
})

test('in production a database that may forget what it acknowledged is refused', async () => {
  const url = await freshDatabase('migrated')
  await onServer(
    url,
    `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`,
  )
  const ended = await runCli(['serve'], {
    ...SECRET,
    TONGBAO_MODE: 'production',
    TONGBAO_PUBLIC_URL: 'https://pay.example',
    TONGBAO_SMTP_URL: 'smtp://127.0.0.1:9',
    DATABASE_URL: url,
    PORT: '0',
  }).ended
  expectSentence(ended, /synchronous_commit|fsync|full_page_writes/)
})

test('a server on an empty database builds it, serves, stops in order, and serves again', async () => {
  const url = await freshDatabase('empty')
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGINT'] as const) {
    const running = await startServer(url)
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
    running.child.kill(signal)
    expect((await running.ended).code).toBe(signal === 'SIGKILL' ? null : 0)
  }
})

test('what is being answered when the server is told to stop is answered', async () => {
  const running = await startServer(await freshDatabase('migrated'))
  const inFlight = async () => {
    const reply = await fetch(`${running.url}/metrics`, {
      headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
    })
    return Number(/requests_in_flight (\d+)/.exec(await reply.text())?.[1])
  }
  const signUps = Array.from({ length: 12 }, (_, i) =>
    fetch(`${running.url}/api/v1/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: `a${i}@example.com`, password: 'long enough' }),
    }),
  )
  await expect.poll(inFlight, { interval: 1 }).toBeGreaterThan(4)
  running.child.kill('SIGTERM')
  const codes = (await Promise.all(signUps)).map((reply) => reply.status)
  expect(codes).toEqual(Array.from({ length: 12 }, () => 201))
  expect((await running.ended).code).toBe(0)
})

test('an embedded database that is killed under a server comes back, with what was acknowledged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-killed-'))
  chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
  const running = await startServer(undefined, { TONGBAO_DATA: folder })
  const signIn = (path: string) =>
    fetch(`${running.url}/api/v1/auth/${path}/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...(path === 'sign-up' && { name: 'Ada' }),
        email: 'ada@example.com',
        password: 'long enough',
      }),
    })
  expect((await signIn('sign-up')).status).toBe(201)
  for (let round = 0; round < 3; round++) {
    const pid = Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 'SIGKILL')
    // Seldom enough that the limit on guesses does not answer in its place.
    await expect
      .poll(async () => (await signIn('sign-in')).status, { interval: 4_000, timeout: 60_000 })
      .toBe(200)
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200)
  }
  running.child.kill('SIGTERM')
  expect((await running.ended).code).toBe(0)
  rmSync(folder, { recursive: true, force: true })
}, 240_000)

const dataFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-stopped-'))
  chmodSync(folder, 0o755)
  return folder
}
const postmasterOf = (folder: string) => join(folder, 'postgres/postmaster.pid')

test('a server that is told to stop while it starts stops, and leaves no PostgreSQL behind', async () => {
  const folder = dataFolder()
  const started = () => runCli(['serve'], { ...SECRET, TONGBAO_DATA: folder, PORT: '0' })
  const told = async ({ child, ended }: ReturnType<typeof runCli>, words: RegExp | undefined) => {
    let heard = ''
    for await (const chunk of words && child.stderr ? child.stderr : []) {
      heard += chunk
      if (words?.test(heard)) break // and the line is closed, as by a terminal that goes away
    }
    child.kill('SIGINT')
    child.kill('SIGTERM')
    return ended
  }
  // Before anything is heard at all the signal simply ends it: nothing was opened yet.
  await told(started(), undefined)
  expect(existsSync(postmasterOf(folder))).toBe(false)
  for (const words of [/making a PostgreSQL/, /PostgreSQL \d+ runs/]) {
    const ended = await told(started(), words)
    expect([ended.code, ended.out]).toEqual([0, ''])
    expect(existsSync(postmasterOf(folder))).toBe(false)
  }
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

test('more signals while a server stops change nothing', async () => {
  const folder = dataFolder()
  const running = await startServer(undefined, { TONGBAO_DATA: folder })
  const stopping = setInterval(() => running.child.kill('SIGINT'), 20)
  expect((await running.ended).code).toBe(0)
  clearInterval(stopping)
  expect(existsSync(postmasterOf(folder))).toBe(false)
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

test('a taken port is told before a database is made', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const folder = dataFolder()
  expectSentence(await serve({ TONGBAO_DATA: folder, PORT: port }), /is taken/)
  expect(existsSync(join(folder, 'postgres'))).toBe(false)
  other.close()
})

test('a database that is not UTF-8 is refused in one sentence', async () => {
  const name = `tongbao_latin_${process.pid}`
  await onServer(
    server(),
    `create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`,
  )
  const ended = await serve({ DATABASE_URL: withDatabase(server(), name), PORT: '0' })
  expectSentence(ended, /encoded in SQL_ASCII/)
  await onServer(server(), `drop database ${name}`)
})

test('servers and commands that start together do not trip over each other', async () => {
  const url = await freshDatabase('empty')
  const run = () => runCli(['migrate'], { ...SECRET, DATABASE_URL: url }).ended
  const all = await Promise.all(Array.from({ length: 5 }, run))
  expect(all.map(({ code, err }) => (code === 0 ? 'fine' : err.join()))).toEqual(
    Array.from({ length: 5 }, () => 'fine'),
  )
}, 60_000)

test('a command that cannot be understood is refused in one sentence', async () => {
  const url = await freshDatabase('migrated')
  const told = async (...args: string[]) => {
    const ended = await runCli(args, { ...SECRET, DATABASE_URL: url }).ended
    expectSentence(ended, /./)
    return ended.err[0]
  }
  expect(await told('verify', 'now')).toContain('"now" is a word too many; usage: tongbao verify')
  expect(await told('keys', 'create', 'x'.repeat(81))).toContain('at most 80 letters')
  expect(await told('keys', 'create', 'k', '--expires', '1')).toContain('--expires takes a time')
  expect(await told('keys', 'create', 'k', '--expires', '2001-01-01T00:00:00Z')).not.toContain('_')
  expect(await told('keys', 'revoke', 'key_none')).not.toContain('key_unknown')
  expect(await told('clock', '--by', '999999w')).toContain('the clock goes no further than')
  const json = await runCli(['serv', '--json'], {}).ended
  expect(JSON.parse(json.out)).toMatchObject({ error: 'there is no command "serv"' })
  expect((await runCli(['clock', '-h'], {}).ended).out).toContain('tongbao clock [')
  expect((await runCli(['-h'], {}).ended).code).toBe(0)
}, 60_000)

test('help tells a machine every command, with its options', async () => {
  const { code, out } = await runCli(['help', '--json'], {}).ended
  expect(code).toBe(0)
  const { commands } = JSON.parse(out)
  const told = (await runCli(['help'], {}).ended).out
  expect(told.match(/^ {2}\w+/gm)?.map((name) => name.trim())).toEqual(
    commands.map(({ name }: { name: string }) => name),
  )
  const one = await runCli(['import', '--help', '--json'], {}).ended
  expect(commands).toContainEqual(JSON.parse(one.out))
  expect(JSON.parse(one.out)).toMatchObject({
    name: 'import',
    words_max: 2,
    options: expect.arrayContaining([{ name: 'dry-run', type: 'boolean' }]),
  })
})

test('a clock that was moved beyond all dates is reset', async () => {
  const url = await freshDatabase('migrated')
  await onServer(url, 'update kernel.clock set shift_ms = 9000000000000000000')
  const run = (...args: string[]) =>
    runCli(['clock', ...args], { ...SECRET, DATABASE_URL: url }).ended
  expectSentence(await run(), /tongbao clock --reset/)
  const reset = await run('--reset', '--json')
  expect([reset.code, JSON.parse(reset.out).shift_ms]).toEqual([0, 0])
})

test('a backup makes the folders on its way, and one that has no place says so', async () => {
  const parent = dataFolder()
  const url = await freshDatabase('migrated')
  const folder = join(parent, 'a/b/c')
  const made = await runCli(['backup', folder], { ...SECRET, DATABASE_URL: url }).ended
  expect([made.code, existsSync(join(folder, 'manifest.json'))]).toEqual([0, true])
  const file = join(parent, 'file')
  writeFileSync(file, 'in the way')
  const none = await runCli(['backup', folder], { TONGBAO_DATA: join(file, 'x') }).ended
  expectSentence(none, /data folder/)
  rmSync(parent, { recursive: true, force: true })
})
