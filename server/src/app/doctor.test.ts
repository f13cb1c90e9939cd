import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Command, Terminal } from './command.ts'
import { doctor as doctorCommand } from './commands/doctor.ts'
import { type Config, readConfig } from './config.ts'
import { gravest } from './doctor.ts'
import { type Finding, halves, judgeDatabase, judgeSurroundings } from './doctor-judge.ts'
import { examinePort } from './doctor-port.ts'
import type { DatabaseReadings, Surroundings } from './doctor-readings.ts'

const live = configOf({
  TONGBAO_MODE: 'production',
  TONGBAO_SECRET: 'q8Zp3nVx0Lk5Rw7Yt2Jd9Hs4Gf6Bm1Cv',
  TONGBAO_PUBLIC_URL: 'https://pay.example.org',
  TONGBAO_SMTP_URL: 'smtp://mail.example.org',
  DATABASE_URL: 'postgres://db.example.org/tongbao',
})
const bench = configOf({})

const sound: DatabaseReadings = {
  settings: {
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    server_encoding: 'UTF8',
    server_version: '18.4',
    server_version_num: '180004',
    TimeZone: 'UTC',
  },
  synchronousCommit: { value: 'on', source: 'default' },
  database: 'tongbao',
  user: 'tongbao',
  isSuperuser: false,
  connectionsMax: 97,
  role: 'usable',
  booksOwner: 'tongbao_ledger',
  mayWriteBooks: false,
  migrations: { missing: 0 },
  aheadMs: 3,
  clockShiftMs: 0,
}
const calm: Surroundings = { redis: undefined, freeBytes: 2 ** 40 }

test('a sound house in production has only fine findings', () => {
  const findings = [...judgeSurroundings(live, calm), ...judgeDatabase(live, sound)]
  expect(findings.filter(({ state }) => state !== 'fine')).toEqual([])
  expect(gravest(findings)).toBeUndefined()
})

test.each(['fsync', 'full_page_writes'])(
  '%s off is grave in production and a warning elsewhere',
  (name) => {
    const readings = { ...sound, settings: { ...sound.settings, [name]: 'off' } }
    expect(about(name, judgeDatabase(live, readings)).state).toBe('grave')
    expect(about(name, judgeDatabase(bench, readings)).state).toBe('warning')
    expect(gravest(judgeDatabase(live, readings))?.check).toBe(name)
  },
)

test.each([
  ['configuration file', 'postgresql.conf'],
  ['database', 'alter database tongbao reset'],
  ['user', 'alter role tongbao reset'],
  ['database user', 'alter role tongbao in database tongbao reset'],
  ['client', 'DATABASE_URL'],
])(
  'synchronous_commit off is grave in production, and where it was set (%s) is where to undo it',
  (source, place) => {
    const readings = { ...sound, synchronousCommit: { value: 'off', source } }
    expect(about('synchronous_commit', judgeDatabase(live, readings))).toMatchObject({
      state: 'grave',
      advice: expect.stringContaining(place),
    })
    expect(about('synchronous_commit', judgeDatabase(bench, readings)).state).toBe('warning')
  },
)

test.each([
  ['version', 'grave', { settings: { ...sound.settings, server_version_num: '140012' } }],
  ['checksums', 'warning', { settings: { ...sound.settings, data_checksums: 'off' } }],
  ['encoding', 'grave', { settings: { ...sound.settings, server_encoding: 'SQL_ASCII' } }],
  ['time zone', 'warning', { settings: { ...sound.settings, TimeZone: 'Asia/Shanghai' } }],
  ['time zone', 'fine', { settings: { ...sound.settings, TimeZone: 'Etc/UTC' } }],
  ['connections', 'fine', { connectionsMax: 54 }],
  ['connections', 'warning', { connectionsMax: 53 }],
  ['migrations', 'warning', { migrations: { missing: 2 } }],
  [
    'migrations',
    'grave',
    { migrations: { refused: 'the database is newer; start the newer build' } },
  ],
  ['role', 'warning', { role: 'absent' }],
  ['role', 'grave', { role: 'powerless' }],
  ['role', 'fine', { role: 'unmade' }],
  ['books', 'warning', { booksOwner: 'tongbao' }],
  ['books', 'fine', { booksOwner: undefined }],
  ['books', 'fine', { mayWriteBooks: true }],
  ['user', 'warning', { isSuperuser: true }],
  ['time', 'fine', { aheadMs: -2_000 }],
  ['time', 'warning', { aheadMs: -2_001 }],
  ['time', 'warning', { aheadMs: 60_000 }],
  ['time', 'grave', { aheadMs: 60_001 }],
  ['clock', 'grave', { clockShiftMs: 86_400_000 }],
  ['clock', 'fine', { clockShiftMs: undefined }],
] as const)('in production the check of %s says %s of %j', (check, state, changed) => {
  expect(about(check, judgeDatabase(live, { ...sound, ...changed })).state).toBe(state)
})

test.each([
  ['mail', 'warning', { smtpUrl: undefined }],
  ['data', 'warning', { databaseUrl: undefined }],
  ['secret', 'warning', { secrets: ['abcabcabcabcabcabcabcabcabcabcabcabc'] }],
  ['secret', 'fine', { secrets: [...(live.secrets ?? []), ...(live.secrets ?? [])] }],
  ['host', 'fine', { host: '0.0.0.0' }],
] as const)('in production the check of %s says %s of %j', (check, state, changed) => {
  expect(about(check, judgeSurroundings({ ...live, ...changed }, calm)).state).toBe(state)
})

test('a server open to every address without a proxy is told to take one', () => {
  const open = { ...live, host: '::' }
  expect(about('host', judgeSurroundings(open, calm)).advice).toContain('TLS')
  expect(about('host', judgeSurroundings({ ...open, trustProxy: 1 }, calm)).advice).toBe('')
})

test('less than a GiB for the data and a redis that is silent are warnings', () => {
  const around = { redis: { fault: 'connect ECONNREFUSED' }, freeBytes: 2 ** 30 - 1 }
  const findings = judgeSurroundings(live, around)
  expect(about('disk', findings).state).toBe('warning')
  expect(about('redis', findings)).toMatchObject({ state: 'warning' })
  expect(about('redis', findings).what).toContain('ECONNREFUSED')
})

test('of the books it is said whether the user could become who owns them', () => {
  const said = (mayWriteBooks: boolean) =>
    about('books', judgeDatabase(live, { ...sound, mayWriteBooks })).what
  expect(said(true)).toContain('could become it')
  expect(said(false)).toContain('cannot become it')
})

test('whatever is not fine comes with advice', () => {
  const worst: DatabaseReadings = {
    ...sound,
    settings: {},
    synchronousCommit: { value: 'off', source: 'database' },
    isSuperuser: true,
    connectionsMax: 1,
    role: 'powerless',
    booksOwner: 'tongbao',
    migrations: { refused: 'newer; start the newer build' },
    aheadMs: 1e9,
    clockShiftMs: 1,
  }
  const around = { redis: { fault: 'gone' }, freeBytes: 0 }
  const bare = { ...live, databaseUrl: undefined, smtpUrl: undefined, secrets: ['x'] }
  const bad = [...judgeSurroundings(bare, around), ...judgeDatabase(live, worst)]
  const silent = bad.filter(({ state, advice }) => state !== 'fine' && advice === '')
  expect(silent).toEqual([])
})

test('our sentences fall into what is wrong and what to do', () => {
  expect(halves('the port is taken; stop what uses it; or set PORT')).toEqual([
    'the port is taken',
    'stop what uses it; or set PORT',
  ])
  expect(halves('wrong')).toEqual(['wrong', ''])
})

test('the doctor explains every fault of a broken configuration, and fails', async () => {
  const read = readConfig({ PORT: 'http', DATABASE_URL: 'mysql://x', TONGBAO_MODE: 'production' })
  if (!('faults' in read)) throw new Error('this configuration is broken')
  const { code, findings } = await runBroken(doctorCommand, read.faults)
  expect(code).toBe(1)
  const graves = findings.filter(({ state }) => state === 'grave')
  expect(graves).toHaveLength(read.faults.length)
  expect(graves.every(({ advice }) => advice !== '')).toBe(true)
  for (const name of ['PORT', 'DATABASE_URL', 'TONGBAO_SECRET', 'TONGBAO_PUBLIC_URL'])
    expect(graves.filter(({ what }) => what.startsWith(name))).toHaveLength(1)
})

test('a free port is fine, one that a stranger has is grave, one of our own server is fine', async () => {
  const stranger = createServer((_request, reply) => reply.end('hello'))
  const own = createServer((_request, reply) => reply.end('{"status":"alive"}'))
  const taken = await listening(stranger)
  expect(await examinePort({ ...bench, port: taken })).toMatchObject({
    state: 'grave',
    what: expect.stringContaining(String(taken)),
  })
  expect((await examinePort({ ...bench, port: await listening(own) })).state).toBe('fine')
  for (const server of [stranger, own]) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  expect((await examinePort({ ...bench, port: taken })).state).toBe('fine')
  expect((await examinePort({ ...bench, port: 0 })).state).toBe('fine')
})

test('a HOST that is not of this machine is grave', async () => {
  const finding = await examinePort({ ...bench, host: '192.0.2.1', port: 0 })
  expect(finding).toMatchObject({ state: 'grave', what: expect.stringContaining('192.0.2.1') })
})

function configOf(env: Record<string, string>): Config {
  const read = readConfig(env)
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  return read.config
}

function about(check: string, findings: readonly Finding[]): Finding {
  const finding = findings.find((one) => one.check === check)
  if (!finding) throw new Error(`nothing was found about ${check}`)
  return finding
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function runBroken(command: Command, faults: readonly string[]) {
  let findings: Finding[] = []
  const terminal: Terminal = {
    json: true,
    say: () => {},
    progress: () => {},
    result: (value) => {
      findings = (value as { findings: Finding[] }).findings
    },
  }
  return { code: await command.runBroken?.(faults, terminal), findings }
}
