import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises' // tidy-allow sleep: between two looks at a process that is not ours
import { Client } from 'pg'
import { afterEach, expect, test, vi } from 'vitest'
import type { Cluster, ClusterOptions } from './cluster.ts'
import { ClusterUnavailable, openCluster } from './cluster.ts'
import { readSecrets, writeSecrets } from './cluster-files.ts'
import { exists, look } from './cluster-owner.ts'
import { findPostmaster } from './cluster-postmaster.ts'

// A bound for a broken run on a busy machine, not a measure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const POLLS_MAX = 600
const POLL_MS = 50

const cleaners: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const clean of cleaners.splice(0).reverse()) await clean()
})

test('a fresh folder becomes a database that answers and keeps the promises of durability', async () => {
  const cluster = await open(newFolder())
  expect(cluster.started).toBe(true)
  expect(await ask(cluster.url, 'select current_database() as it')).toBe('tongbao')
  expect(await ask(cluster.url, 'select current_user as it')).toBe('tongbao')
  expect(await ask(cluster.superuserUrl, 'select current_user as it')).toBe('postgres')
  const rights = `select format('%s %s %s', rolsuper, rolcreaterole, rolcreatedb) as it from pg_roles`
  expect(await ask(cluster.url, `${rights} where rolname = 'tongbao'`)).toBe('f t t')
  const promised = {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    TimeZone: 'UTC',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    server_encoding: 'UTF8',
  }
  for (const [name, value] of Object.entries(promised)) {
    const found = await ask(cluster.superuserUrl, `select current_setting('${name}') as it`)
    expect({ [name]: found }).toEqual({ [name]: value })
  }
})

test('a stopped cluster leaves no process and opens again with its data and its address', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await ask(first.url, "create table kept as select 'still here' as it")
  const { pid } = findPostmaster(dataOf(folder))!
  await first.stop()
  await first.stop()
  await until(() => look(pid) === undefined)
  expect(readdirSync(folder)).not.toContain('owner.pid')
  const second = await open(folder)
  expect(second.url).toBe(first.url)
  expect(second.started).toBe(true)
  expect(await ask(second.url, 'select it from kept')).toBe('still here')
})

test('kill -9 of the postmaster and all its children loses nothing that was committed', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await ask(first.url, 'create table kept as select 7 as it')
  await killServer(first)
  // The owner died with it, as in a power cut: the lock names a process that is not this one.
  writeFileSync(join(folder, 'owner.pid'), `${process.pid}\nanother start\n`)
  const second = await open(folder)
  expect(second.started).toBe(true)
  expect(await ask(second.url, 'select it from kept')).toBe(7)
})

test('kill -9 of the postmaster alone is waited out until its children let go', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await ask(first.url, 'create table kept as select 8 as it')
  process.kill(findPostmaster(dataOf(folder))!.pid, 'SIGKILL')
  await first.stop()
  const second = await open(folder)
  expect(await ask(second.url, 'select it from kept')).toBe(8)
})

test('a lock of PostgreSQL whose number now belongs to another program does not stop a start', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await killServer(first)
  await first.stop()
  const lock = join(dataOf(folder), 'postmaster.pid')
  const stranger = keep(spawn('sleep', ['600'], { stdio: 'ignore' }))
  const lines = readFileSync(lock, 'utf8').split('\n')
  writeFileSync(lock, [stranger.pid, ...lines.slice(1)].join('\n'))
  const second = await open(folder)
  expect(second.started).toBe(true)
  expect(await ask(second.url, 'select 1 as it')).toBe(1)
})

test('when the remembered port is taken another one is chosen and remembered', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await first.stop()
  const taken = readSecrets(folder)!.port
  const squatter = createServer().listen(taken, '127.0.0.1')
  await once(squatter, 'listening')
  cleaners.push(async () => {
    squatter.close()
    await once(squatter, 'close')
  })
  const second = await open(folder)
  expect(readSecrets(folder)!.port).not.toBe(taken)
  expect(new URL(second.url).port).toBe(String(readSecrets(folder)!.port))
  expect(await ask(second.url, 'select 1 as it')).toBe(1)
})

test('beside a living owner the cluster is shared, and only the owner ends it', async () => {
  const folder = newFolder()
  const owner = await open(folder)
  const beside = await open(folder)
  expect(beside).toMatchObject({ started: false, url: owner.url, folder: owner.folder })
  await beside.stop()
  expect(await ask(owner.url, 'select 1 as it')).toBe(1)
})

test('a second server is refused with the number of the first', async () => {
  const folder = newFolder()
  await open(folder, { exclusive: true })
  expect(await refusal({ folder, exclusive: true })).toBe(
    `another tongbao (pid ${process.pid}) already serves the data folder ${folder}; stop it or set TONGBAO_DATA`,
  )
})

test('two that open a fresh folder at once share one cluster', async () => {
  const folder = newFolder()
  const both = await Promise.all([open(folder), open(folder)])
  expect(both.map((cluster) => cluster.started).sort()).toEqual([false, true])
  expect(both[0].url).toBe(both[1].url)
})

test('after kill -9 of the owner the running PostgreSQL is adopted and then stopped', async () => {
  const folder = newFolder()
  const owner = keep(spawnOwner(folder))
  await until(() => readdirSync(folder).includes('ready'))
  const { pid } = findPostmaster(dataOf(folder))!
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const heir = await open(folder, { exclusive: true })
  expect(heir.started).toBe(false)
  expect(findPostmaster(dataOf(folder))?.pid).toBe(pid)
  await heir.stop()
  await until(() => look(pid) === undefined)
})

test('an adopted cluster that runs with other settings is started again with the wanted ones', async () => {
  const folder = newFolder()
  const owner = keep(spawnOwner(folder))
  await until(() => readdirSync(folder).includes('ready'))
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const heir = await open(folder, { settings: { work_mem: '9MB' } })
  expect(heir.started).toBe(true)
  expect(await ask(heir.url, "select current_setting('work_mem') as it")).toBe('9MB')
})

test('a lost password file is made anew without losing the data', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await ask(first.url, 'create table kept as select 9 as it')
  await first.stop()
  rmSync(join(folder, 'postgres.json'))
  const second = await open(folder)
  expect(await ask(second.url, 'select it from kept')).toBe(9)
})

test('foreign passwords are refused with the remedy and leave nothing running', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await first.stop()
  const { port } = readSecrets(folder)!
  writeSecrets(folder, { port, password: 'wrong', superuserPassword: 'wrong' })
  expect(await refusal({ folder })).toMatch(/^the passwords in .* remove that file/)
  expect(findPostmaster(dataOf(folder))).toBeUndefined()
})

test('the password file is for its owner only and no password reaches the log', async () => {
  const folder = newFolder()
  const lines: string[] = []
  await open(folder, { say: (line) => lines.push(line) })
  expect(statSync(join(folder, 'postgres.json')).mode & 0o777).toBe(0o600)
  const { password, superuserPassword } = readSecrets(folder)!
  const seen = [readFileSync(join(folder, 'postgres.log'), 'utf8'), ...lines].join('\n')
  expect(seen).toContain('ready to accept connections')
  expect(seen).not.toContain(password)
  expect(seen).not.toContain(superuserPassword)
  expect(readdirSync(folder).filter((name) => name.includes('fresh'))).toEqual([])
})

test('a half-made database of a killed first start is thrown away and made whole', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'postgres.fresh-1'), { recursive: true })
  writeFileSync(join(folder, 'postgres.fresh-1', 'PG_VERSION'), '18\n')
  writeFileSync(join(folder, 'postgres.fresh-password'), 'old')
  const cluster = await open(folder)
  expect(await ask(cluster.url, 'select 1 as it')).toBe(1)
  expect(readdirSync(folder).filter((name) => name.includes('fresh'))).toEqual([])
})

test('a folder behind a closed door is refused in one sentence that names the door and the way out', async () => {
  const parent = newFolder()
  chmodSync(parent, process.getuid?.() === 0 ? 0o700 : 0o500)
  const folder = join(parent, 'data')
  const sentence = await refusal({ folder })
  expect(sentence).toContain(parent)
  expect(sentence).toContain('TONGBAO_DATA')
})

test('a file in place of the folder is refused in one sentence', async () => {
  const folder = join(newFolder(), 'data')
  writeFileSync(folder, '')
  const sentence = `${folder} is a file where the data folder should be; move it away or set TONGBAO_DATA to another folder`
  expect(await refusal({ folder })).toBe(sentence)
  expect(await refusal({ folder: join(folder, 'deeper') })).toBe(sentence)
})

test('a database of another major version is refused and left as it is', async () => {
  const folder = newFolder()
  const data = dataOf(folder)
  mkdirSync(data)
  if (process.getuid?.() !== 0) chmodSync(data, 0o700)
  writeFileSync(join(data, 'PG_VERSION'), '17\n')
  expect(await refusal({ folder })).toContain('was made by PostgreSQL 17')
  expect(readdirSync(data)).toEqual(['PG_VERSION'])
})

test('a folder that holds something else is refused and left as it is', async () => {
  const folder = newFolder()
  mkdirSync(dataOf(folder))
  writeFileSync(join(dataOf(folder), 'letter.txt'), 'dear')
  expect(await refusal({ folder })).toContain('no PostgreSQL database')
  expect(readFileSync(join(dataOf(folder), 'letter.txt'), 'utf8')).toBe('dear')
})

test('a setting PostgreSQL does not know is refused with its name', async () => {
  const settings = { no_such_setting: '1' }
  expect(await refusal({ folder: newFolder(), settings })).toContain('no_such_setting')
})

/** Reachable for the account PostgreSQL runs as when the tests run as root. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-cluster-'))
  chmodSync(folder, 0o755)
  cleaners.push(async () => {
    chmodSync(folder, 0o755)
    const left = findPostmaster(dataOf(folder))
    if (left !== undefined) {
      process.kill(left.pid, 'SIGQUIT')
      await until(() => look(left.pid) === undefined)
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return folder
}

async function open(folder: string, more: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const cluster = await openCluster({ folder, say: () => undefined, ...more })
  cleaners.push(() => cluster.stop())
  return cluster
}

async function refusal(options: Omit<ClusterOptions, 'say'>): Promise<string> {
  const error = await openCluster({ ...options, say: () => undefined }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ClusterUnavailable)
  const { message } = error as ClusterUnavailable
  expect(message.split('\n')).toHaveLength(1)
  return message
}

function dataOf(folder: string): string {
  return join(folder, 'postgres')
}

/** Another process that owns the folder until it is killed. */
function spawnOwner(folder: string): ChildProcess {
  const source = `
    const { openCluster } = await import(${JSON.stringify(new URL('./cluster.ts', import.meta.url))})
    const { writeFileSync } = await import('node:fs')
    await openCluster({ folder: ${JSON.stringify(folder)}, say: () => undefined })
    writeFileSync(${JSON.stringify(join(folder, 'ready'))}, '')
    setInterval(() => undefined, 60_000)`
  return spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: 'inherit' })
}

function keep(child: ChildProcess): ChildProcess {
  cleaners.push(() => void child.kill('SIGKILL'))
  return child
}

async function killServer(cluster: Cluster): Promise<void> {
  const { pid } = findPostmaster(dataOf(cluster.folder))!
  const children = await ask(
    cluster.superuserUrl,
    'select array_agg(pid) as it from pg_stat_activity',
  )
  for (const each of [pid, ...(children as number[])]) {
    if (exists(each)) process.kill(each, 'SIGKILL')
  }
  await until(() => look(pid) === undefined)
}

async function until(holds: () => boolean): Promise<void> {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    if (holds()) return
    await pause(POLL_MS)
  }
  throw new Error('what was waited for did not come about')
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client(url)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query(sql)).rows[0]?.it
  } finally {
    await client.end()
  }
}
