import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { keyring } from '#kernel/crypto'
import { ADA, by, openBooks, poster } from '../../../test/full-books.ts'
import { signUp } from '../../../test/people.ts'
import { runCli } from '../../../test/server-process.ts'
import { BOOTSTRAP_KEY, openWorld, SECRET, type TestWorld } from '../../../test/world.ts'
import { cellOf, idInCell } from './cells.ts'
import { sealBlocks } from './reads.ts'
import { anchorHeads, checkAnchors } from './verify-anchors.ts'
import { verifyLedger } from './verify-ledger.ts'
import { judgeLedger } from './verify-verdict.ts'

let books: Awaited<ReturnType<typeof openBooks>>
let world: TestWorld
let intruder: pg.Client
beforeAll(async () => {
  books = await openBooks()
  world = books.world
  intruder = books.intruder
}, 60_000)
afterEach(() => books.restore())
afterAll(() => books.close())

const A = `${ADA}/credit`
const cell = cellOf(ADA)
const RICHER = `update ledger.accounts set available = available + 1 where owner = '${ADA}'`
const seal = () => sealBlocks(world.db)
const faults = async () => (await verifyLedger(world.db)).faults

test('L22: books verify clean again and again while charges, holds, refunds and transfers go on', async () => {
  const { post, lotOf, inDays } = poster(world)
  let isOver = false
  const people = Array.from({ length: 12 }, (_, i) => `usr_verified_live_${i}`)
  for (const who of people)
    await post({ kind: 'grant', ...by(who), lotId: lotOf(who), amount: 100_000n })
  const spend = async (who: string, i: number) => {
    while (!isOver) {
      const done = await post({ kind: 'charge', ...by(who), amount: 3n })
      const hold = idInCell(world.newId, 'hold', who)
      await post({ kind: 'hold', ...by(who), holdId: hold, amount: 5n, expiresAt: inDays(1) })
      await post({ kind: 'refund', ...by(who), chargeId: done.id, amount: 1n })
      await post({ kind: 'capture', ...by(who), holdId: hold, amount: 4n })
      const other = people[(i + 1) % people.length] ?? who
      await post({ kind: 'transfer', ...by(who), toOwner: other, amount: 1n, lotId: lotOf(other) })
    }
  }
  const sealing = async () => {
    while (!isOver) await seal()
  }
  const traffic = [...people.map(spend), sealing()]
  try {
    for (let i = 0; i < 6; i++) expect(await faults()).toEqual([])
  } finally {
    isOver = true
    await Promise.all(traffic)
  }
  await seal()
  expect(await faults()).toEqual([])
})

test('L22: stopped half-way it says where to go on, and the rest finds what the first part did not reach', async () => {
  await intruder.query(RICHER)
  const stop = new AbortController()
  const first = await verifyLedger(world.db, {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  })
  expect(first.next).toBe(2) // when asked to stop it had begun the second cell, and ended it
  const rest = await verifyLedger(world.db, { from: first.next ?? 0 })
  expect(first.cells + rest.cells).toBe(64)
  expect([...first.faults, ...rest.faults]).toEqual([
    expect.objectContaining({ table: 'accounts', key: A }),
    expect.objectContaining({ law: 'available and held = sum of lots', key: A }),
  ])
})

test('L22: the command exits 0 for whole books and 1 for broken ones, and staff read its verdict', async () => {
  const env = {
    DATABASE_URL: world.url,
    TONGBAO_DATA: world.config.dataFolder,
    TONGBAO_SECRET: SECRET,
  }
  const read = async () =>
    (await world.call('GET', '/api/v1/admin/ledger/verdict', { as: BOOTSTRAP_KEY })).json().verdict
  const whole = await runCli(['verify'], env).ended
  expect(whole).toMatchObject({
    code: 0,
    out: expect.stringContaining('The ledger keeps every law.'),
  })
  expect(await read()).toMatchObject({ state: 'whole', by: 'command', cells: 64, faults: [] })

  await intruder.query(RICHER)
  const broken = await runCli(['verify', '--ledger'], env).ended
  expect(broken.code).toBe(1)
  expect(broken.out).toContain(`ledger.accounts ${A}: balance = sum of entries`)
  expect(await read()).toMatchObject({
    state: 'broken',
    faults: [{ table: 'accounts', key: A }, {}],
  })
  const part = await runCli(['verify', '--ledger', '--from', String(cell + 1), '--json'], env).ended
  expect(JSON.parse(part.out).ledger).toMatchObject({
    whole: false,
    from: cell + 1,
    cells: 63 - cell,
    faults: [],
  })
  const told = await runCli(['verify', '--ledger', '--from', String(cell + 1)], env).ended
  expect(told).toMatchObject({
    code: 0,
    out: expect.stringContaining(`Cells ${cell + 1} to 63 keep every law. The cells before`),
  })
  expect(told.out).not.toContain('The ledger keeps every law.')
  const wrong = await runCli(['verify', '--ledger', '--from', '64'], env).ended
  expect(wrong.err.join('')).toContain('--from takes the number of a cell')
})

test('L22: the nightly job leaves its verdict, and every fault in the log', async () => {
  await intruder.query(RICHER)
  await judgeLedger({ ...world, dataFolder: join(world.config.dataFolder, 'night') }, { by: 'job' })
  expect(world.logged()).toContain(
    `a law of the ledger is broken: accounts ${A}: balance = sum of entries`,
  )
  expect(await world.metrics.text()).toMatch(/^tongbao_ledger_faults 2$/m)
})

const CUT = `
  delete from ledger.entries where owner = '${ADA}' and block > 2;
  delete from ledger.blocks where cell = ${cell} and no > 2;
  update ledger.heads set open_block = 3 where cell = ${cell}`

test('L23: a tail that was cut off, with everything beside it put right, is found by what was anchored before', async () => {
  const deps = { ...world, folder: join(world.config.dataFolder, 'cut') }
  expect(await anchorHeads(deps)).toBeGreaterThan(0)
  expect(await checkAnchors(deps)).toMatchObject({ anchors: 1, faults: [] })
  // Back to the books as they were after the second block: nothing inside the database can tell.
  await intruder.query(CUT)
  await rewind()
  expect(await faults()).toEqual([])
  // A later anchor of the shorter chain does not hide it.
  await anchorHeads(deps)
  expect((await checkAnchors(deps)).faults).toEqual([
    expect.objectContaining({ table: 'blocks', key: `${cell}/3`, found: 'nothing' }),
  ])
})

/** What an intruder who knows the books would do to them after a cut. */
async function rewind() {
  await intruder.query(`
    create temp table last_line as select distinct on (owner, asset) * from ledger.entries where owner = '${ADA}' order by owner, asset, seq desc;
    update ledger.accounts a set version = e.seq, available = e.balance_after - e.held_after + e.debt_after, held = e.held_after,
           debt = e.debt_after, last_at = e.created_at, next_due = '-infinity'
      from last_line e where e.owner = a.owner and e.asset = a.asset;
    delete from ledger.holds
     where owner = '${ADA}' and id not in (select reference_id from ledger.entries where owner = '${ADA}' and kind = 'hold');
    update ledger.lots l set held = 0 where owner = '${ADA}';
    update ledger.lots l set held = h.held from (select u.lot, sum(u.n) as held from ledger.holds, unnest(lots, reserved) as u (lot, n)
      where owner = '${ADA}' and state = 'open' group by u.lot) h where h.lot = l.id;
    update ledger.lots l set remaining = coalesce((select sum(sign(e.amount)::int * d.n) from ledger.entries e,
      unnest(e.draw_lots, e.draw_amounts) as d (lot, n) where e.owner = l.owner and d.lot = l.id), 0) where owner = '${ADA}' and not waiting;
    update ledger.lots set closed = remaining = 0 where owner = '${ADA}';
    update ledger.refunded_charges r set refunded = coalesce((select sum(amount) from ledger.entries e
      where e.kind = 'refund' and e.reference_id = r.charge_id::text), 0) where owner = '${ADA}'`)
}

test('L23: an anchor that somebody altered is no anchor, a line that a crash cut off neither, and another database has its own', async () => {
  const deps = { ...world, folder: join(world.config.dataFolder, 'altered') }
  const path = join(deps.folder, 'ledger-heads.jsonl')
  await anchorHeads(deps)
  const line = readFileSync(path, 'utf8')
  appendFileSync(path, line.slice(0, 40))
  expect(await checkAnchors(deps)).toMatchObject({ anchors: 1, faults: [] })
  await anchorHeads(deps)
  expect(await checkAnchors(deps)).toMatchObject({ anchors: 2, faults: [] })
  writeFileSync(path, line.replace(/\[(\d+),(\d+),/, '[$1,1$2,'))
  expect((await checkAnchors(deps)).faults).toEqual([
    expect.objectContaining({ table: 'ledger-heads.jsonl', key: 'line 1' }),
  ])
  writeFileSync(path, line.replace(/"ledger":"\w+/, '"ledger":"1'))
  expect(await checkAnchors(deps)).toEqual({ anchors: 0, faults: [] })
})

test('L23: anchors that were signed with a secret nobody knows here are told apart from a changed line', async () => {
  const deps = { ...world, folder: join(world.config.dataFolder, 'elsewhere') }
  const path = join(deps.folder, 'ledger-heads.jsonl')
  const [here, there] = [keyring([SECRET]), keyring(['of the machine before this one'])]
  for (const ring of [there, there, here]) await anchorHeads({ ...deps, ring })
  const [law, found] = ['an anchor is signed with a secret that is known here', 'unknown secret']
  expect(await checkAnchors(deps)).toMatchObject({
    anchors: 1,
    faults: [{ key: 'line 1 and 1 more', law, found: expect.stringContaining(found) }],
  })
  const both = keyring([SECRET, 'of the machine before this one'])
  expect(await checkAnchors({ ...deps, ring: both })).toMatchObject({ anchors: 3, faults: [] })

  const env = {
    ...{ DATABASE_URL: world.url, TONGBAO_DATA: deps.folder },
    TONGBAO_SECRET: SECRET,
  }
  const told = await runCli(['verify', '--ledger'], env).ended
  expect(told.code).toBe(1)
  for (const text of ['keep every law, but', 'TONGBAO_SECRET=present,earlier', found])
    expect(told.out).toContain(text)
  expect(told.out).not.toContain('The ledger is broken')
  expect(told.err.join()).not.toContain('a law of the ledger is broken')
  // A line of our own that was changed is another matter, and said first.
  const lines = readFileSync(path, 'utf8').split('\n')
  lines[2] = lines[2]?.replace(/"at":"\d{4}/, '"at":"2001') ?? ''
  writeFileSync(path, lines.join('\n'))
  const changed = await runCli(['verify', '--ledger'], env).ended
  expect(changed.out).toMatch(/line 3: .*the line was changed\n.*line 1 and 1 more/)
  expect(changed.out).toContain('The ledger is broken')
})

test('A3: the trail that an unknown secret sealed is not called sound, nor changed', async () => {
  const env = { DATABASE_URL: world.url, TONGBAO_DATA: world.config.dataFolder }
  await signUp(world)
  const verify = (secret: string) =>
    runCli(['verify', '--audit'], { ...env, TONGBAO_SECRET: secret }).ended
  expect((await verify(SECRET)).out).toContain('The audit trail is as it was sealed.')
  const told = await verify('a secret of another machine that is long enough')
  expect(told).toMatchObject({ code: 1, out: expect.stringContaining('blocks 1: unsigned') })
  expect(told.out).toContain('nobody can tell whether the trail was written anew')
  expect(told.out).not.toMatch(/is as it was sealed|was changed after/)
})

test('L23: anchors that vanish are missed, by the verdict that had them', async () => {
  const deps = { ...world, folder: join(world.config.dataFolder, 'vanished') }
  expect(await checkAnchors(deps)).toEqual({ anchors: 0, faults: [] })
  await anchorHeads(deps)
  const judged = { ...world, dataFolder: deps.folder }
  expect(await judgeLedger(judged, { by: 'command' })).toMatchObject({ anchors: 1, faults: [] })
  rmSync(deps.folder, { recursive: true })
  const missed = await judgeLedger(judged, { by: 'command' })
  expect(missed.faults).toEqual([
    expect.objectContaining({
      table: 'ledger-heads.jsonl',
      law: 'what was anchored stays outside',
    }),
  ])
})

test('L23: anchors follow the books into another database, and a tail that was cut on the way shows there', async () => {
  const deps = { ...world, folder: join(world.config.dataFolder, 'moved') }
  const [{ rows: here }, name] = [
    await intruder.query('select id::text from ledger.identity'),
    'select current_database() as db',
  ]
  await anchorHeads(deps)
  expect(readFileSync(join(deps.folder, 'ledger-heads.jsonl'), 'utf8')).toContain(here[0].id)
  const other = await openWorld()
  try {
    const moved = new pg.Client({ connectionString: other.url })
    await moved.connect()
    expect((await moved.query(name)).rows).not.toEqual((await intruder.query(name)).rows)
    // Other books of their own name are left alone; those that bear the name of these are asked for its chains.
    await moved.query('alter table ledger.identity disable trigger user')
    await moved.query('update ledger.identity set id = gen_random_uuid()')
    expect(await checkAnchors({ ...deps, db: other.db })).toEqual({ anchors: 0, faults: [] })
    await moved.query('update ledger.identity set id = $1', [here[0].id])
    await moved.end()
    const found = await checkAnchors({ ...deps, db: other.db })
    expect(found.anchors).toBe(1)
    expect(found.faults).toContainEqual(
      expect.objectContaining({ key: `${cell}/3`, found: 'nothing' }),
    )
  } finally {
    await other.close()
  }
})

test('L23: thousands of anchors are compared some at a time, and a changed block is found among the oldest', async () => {
  const deps = { ...world, folder: join(world.config.dataFolder, 'many') }
  const path = join(deps.folder, 'ledger-heads.jsonl')
  await anchorHeads(deps)
  const line = readFileSync(path, 'utf8')
  const { ledger, at, heads } = JSON.parse(line)
  const { rows } = await intruder.query(
    `select no, encode(digest, 'hex') as digest from ledger.blocks where cell = ${cell} and no < 3 order by no`,
  )
  const lineOf = (no: number, digest: string) => {
    const other = [...heads.filter(([of]: [number]) => of !== cell), [cell, no, digest]]
    const text = JSON.stringify(['tongbao ledger heads 1', at, ledger, other])
    const signature = world.ring.sign('ledger heads', text)
    return `${JSON.stringify({ at, ledger, heads: other, signature })}\n`
  }
  const [one, two] = rows.map(({ no, digest }) => lineOf(no, digest))
  writeFileSync(path, `${lineOf(1, '0'.repeat(64))}${`${one}${two}`.repeat(2200)}${line}`)
  const found = await checkAnchors(deps)
  expect(found.anchors).toBe(4402)
  expect(found.faults).toEqual([
    expect.objectContaining({ key: `${cell}/1`, expected: '0'.repeat(64) }),
  ])
})

test('L23: a folder that cannot be written to is told in the log', async () => {
  mkdirSync(world.config.dataFolder, { recursive: true })
  writeFileSync(join(world.config.dataFolder, 'a-file'), '')
  await anchorHeads({ ...world, folder: join(world.config.dataFolder, 'a-file') })
  expect(world.logged()).toContain(
    'the heads of the ledger could not be written to the data folder',
  )
  expect(world.logged()).toMatch(/heads of the ledger: sha256 [0-9a-f]{64}/)
})
