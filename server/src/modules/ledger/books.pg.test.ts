import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { brokenLaws } from '../../../test/ledger-laws.ts'
import { openWorld } from '../../../test/world.ts'
import { listBooks, listTotals, rollUp } from './books.ts'
import { CELLS, idInCell } from './cells.ts'
import type { Command } from './commands.ts'
import { sealBlocks } from './reads.ts'

const world = await openWorld()
// As the owner of the tables: the laws are judged by functions that the application may not call.
const judge = new pg.Pool({ connectionString: world.url, max: 1 })
judge.on('error', () => {})
afterAll(async () => {
  await judge.end()
  await world.close()
})
const { db, teller, newId } = world

let made = 0
const key = () => `book-key-${++made}`
const owner = () => newId('usr')
const post = async (command: Command) => {
  const answer = await teller.post(command)
  expect(answer).toMatchObject({ ok: true })
}
const give = (to: string, amount: bigint, more: object = {}) =>
  post({
    kind: 'grant',
    owner: to,
    asset: 'credit',
    key: key(),
    amount,
    lotId: idInCell(newId, 'lot', to),
    source: 'purchase',
    ...more,
  })
const spend = (from: string, amount: bigint, action: string) =>
  post({ kind: 'charge', owner: from, asset: 'credit', key: key(), amount, action })

/** Some days of trade: every kind of book gains or gives something. */
async function trade(): Promise<void> {
  const [one, two] = [owner(), owner()]
  await give(one, 100n)
  await give(two, 50n, { source: 'bonus' })
  await spend(one, 30n, 'video.generate')
  await spend(two, 5n, 'script.generate')
  await post({
    ...{ kind: 'transfer', owner: one, asset: 'credit', key: key(), amount: 10n },
    ...{ toOwner: two, lotId: idInCell(newId, 'lot', two) },
  })
  await post({ kind: 'adjust', owner: two, asset: 'credit', key: key(), amount: -5n, lotId: '' })
}
const seal = async () => {
  await sealBlocks(db)
  await sealBlocks(db)
}
const rollAll = async (on = db) => {
  for (let cell = 0; cell < CELLS; cell++) while ((await rollUp(on, cell, 3)) > 0);
}
const books = async (more: object = {}) => {
  const want = { asset: undefined, from: undefined, to: undefined, rowsMax: 100, ...more }
  const lines = await listBooks(db, want)
  return Object.fromEntries(lines.map(({ book, amount }) => [book, Number(amount)]))
}

test('L21: what is rolled up is the other side of the entries, by book and day', async () => {
  await trade()
  const [before] = await listTotals(db)
  expect(before).toMatchObject({ asset: 'credit', books: '0', waiting: '-110', difference: '0' })
  expect(await books()).toEqual({})
  await seal()
  await rollAll()
  expect(await books()).toEqual({
    'clearing:transfer': 0,
    'issuance:bonus': -50,
    'issuance:purchase': -100,
    'revenue:script.generate': 5,
    'revenue:video.generate': 30,
    writeoff: 5,
  })
  const today = new Date(world.clock.now()).toISOString().slice(0, 10)
  world.clock.shift(86_400_000)
  await trade()
  world.clock.shift(0)
  await seal()
  await rollAll()
  expect(await books({ to: today })).toEqual({})
  expect((await books())['revenue:video.generate']).toBe(60)
  const tomorrow = new Date(world.clock.now() + 86_400_000).toISOString().slice(0, 10)
  expect((await books({ from: tomorrow }))['revenue:video.generate']).toBe(30)
  expect((await books({ from: today, to: tomorrow }))['revenue:video.generate']).toBe(30)
  const [after] = await listTotals(db)
  expect(after).toMatchObject({ books: '-220', waiting: '0', available: '220', difference: '0' })
  expect(await brokenLaws(judge)).toEqual([])
})

test('L21: two nodes that roll up at once, while others trade and seal, count each block once', async () => {
  const other = await world.anotherNode()
  for (let round = 0; round < 4; round++) {
    await Promise.all([
      trade(),
      trade(),
      seal(),
      rollAll(),
      rollAll(other.db),
      rollAll(),
      rollAll(other.db),
    ])
    const totals = await listTotals(db)
    expect(totals.map(({ difference }) => difference)).toEqual(['0'])
  }
  await seal()
  await Promise.all([rollAll(), rollAll(other.db)])
  await other.stop()
  const [total] = await listTotals(db)
  expect(total).toMatchObject({ waiting: '0', difference: '0' })
  expect(await brokenLaws(judge)).toEqual([])
})

test('L21: one that is killed half way has counted nothing, and the next one counts it all', async () => {
  await trade()
  await seal()
  const before = await books()
  const victim = new pg.Client({ connectionString: world.url })
  const ended = new Promise<void>((resolve) => victim.on('error', () => resolve()))
  await victim.connect()
  await victim.query('begin')
  const taken = await victim.query(
    'select sum(ledger.roll_up(cell::smallint, 100)) as blocks from generate_series(0, 63) cell',
  )
  expect(Number(taken.rows[0].blocks)).toBeGreaterThan(0)
  // Meanwhile another node finds them taken and waits for nobody.
  await rollAll()
  expect(await books()).toEqual(before)
  const { rows } = await victim.query('select pg_backend_pid() as pid')
  await judge.query('select pg_terminate_backend($1)', [rows[0].pid])
  await ended
  const waiting = async () => {
    await rollAll()
    return (await listTotals(db))[0]?.waiting
  }
  await expect.poll(waiting).toBe('0')
  expect(await books()).not.toEqual(before)
  expect(await brokenLaws(judge)).toEqual([])
})

test('L21: the application adds up through its door alone', async () => {
  const { pg: asApp } = world.pool
  await expect(asApp.query('update ledger.book_days set amount = 0')).rejects.toThrow('permission')
  await expect(asApp.query('update ledger.rollups set rolled_to = 0')).rejects.toThrow('permission')
})

test('L12: every column of an entry is part of what is sealed', async () => {
  const { rows } = await judge.query(`
    with full_entry as (
      select jsonb_object_agg(attname, case
               when atttypid = 'uuid'::regtype then to_jsonb(gen_random_uuid())
               when atttypid = 'timestamptz'::regtype then to_jsonb('2026-01-01T00:00:00Z'::text)
               when atttypid::regtype::text like '%[]' then '[1]'
               when atttypid = 'jsonb'::regtype then '{"a": 1}'
               when atttypid = 'text'::regtype then '"a"' else '1' end) as columns
        from pg_attribute where attrelid = 'ledger.entries'::regclass and attnum > 0 and not attisdropped)
    select name, ledger.entry_bytes(jsonb_populate_record(null::ledger.entries, columns))
               = ledger.entry_bytes(jsonb_populate_record(null::ledger.entries, columns - name)) as same
      from full_entry cross join lateral jsonb_object_keys(columns) as name`)
  const unsealed = rows.filter(({ same }) => same).map(({ name }) => name)
  // The cell is said by the block itself.
  expect(rows.length).toBeGreaterThan(20)
  expect(unsealed).toEqual(['cell'])
})
