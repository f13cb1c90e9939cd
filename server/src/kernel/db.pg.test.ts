import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ask,
  type Database,
  inTx,
  isUnavailable,
  type Prepared,
  type Tx,
  violatedConstraint,
} from '#kernel/db'
import { openWorld, type TestWorld } from '../../test/world.ts'

let world: TestWorld
beforeAll(async () => {
  world = await openWorld()
  const owner = new pg.Client({ connectionString: world.url })
  await owner.connect()
  await owner.query(`
    create table kernel.till (id int primary key, coins int not null, constraint till_coins check (coins >= 0));
    insert into kernel.till values (1, 10), (2, 10);
    select kernel.let_app('select, update, insert on kernel.till');
  `)
  await owner.end()
})
afterAll(() => world.close())

const take = (tx: Tx, id: number) =>
  sql`update kernel.till set coins = coins - 1 where id = ${id}`.execute(tx)
const coins = async () =>
  (await world.pool.pg.query('select sum(coins)::int as sum from kernel.till')).rows[0].sum

test('K2: two transactions that lock each other out both succeed, each exactly once', async () => {
  const before = await coins()
  // Each takes its first row only when the other has taken its own: a certain deadlock at first try.
  let arrived = 0
  let open: () => void = () => {}
  const both = new Promise<void>((resolve) => {
    open = resolve
  })
  const meet = async () => {
    arrived += 1
    if (arrived >= 2) open()
    await both
  }
  let attempts = 0
  const cross = (first: number, second: number) =>
    inTx(world.db, async (tx) => {
      attempts += 1
      await take(tx, first)
      await meet()
      await take(tx, second)
    })
  await Promise.all([cross(1, 2), cross(2, 1)])
  expect(attempts).toBeGreaterThan(2)
  expect(await coins()).toBe(before - 4)
})

test('K2: what fails for a reason of its own is not tried again, and leaves nothing', async () => {
  const before = await coins()
  let attempts = 0
  const doomed = inTx(world.db, async (tx) => {
    attempts += 1
    await take(tx, 1)
    await sql`insert into kernel.till values (2, 0)`.execute(tx)
  })
  await expect(doomed).rejects.toThrow()
  expect(violatedConstraint(await doomed.catch((error: unknown) => error))).toBe('till_pkey')
  expect([attempts, await coins()]).toEqual([1, before])
})

test('K12: connections that are cut, idle or at work, end no process, and the pool heals', async () => {
  const busy = inTx(world.db, async (tx) => {
    await sql`select pg_sleep(60)`.execute(tx)
  })
  const watched = busy.catch((error: unknown) => error)
  const judge = new pg.Client({ connectionString: world.url })
  await judge.connect()
  const cut = `
    select count(pg_terminate_backend(pid))::int as cut from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_sleep%'`
  await expect.poll(async () => (await judge.query(cut)).rows[0].cut).toBeGreaterThan(0)
  expect(isUnavailable(await watched)).toBe(true)
  await judge.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await judge.end()
  await expect.poll(async () => (await world.call('GET', '/readyz')).statusCode).toBe(200)
  expect(await coins()).toBeGreaterThan(0)
})

test('K12: the application works as a role that owns nothing and can build nothing', async () => {
  const { rows } = await world.pool.pg.query('select current_user as role')
  expect(rows[0].role).toBe('tongbao_app')
  for (const attempt of [
    'drop table kernel.outbox',
    'create table kernel.mine ()',
    'alter table kernel.clock disable trigger all',
    'truncate kernel.migrations',
    `insert into kernel.migrations values (999, 'x', 'x')`,
  ])
    await expect(world.pool.pg.query(attempt), attempt).rejects.toThrow(
      /permission denied|must be owner/,
    )
})

test('K17: what is asked by name is planned once, and in a transaction sees what that has done', async () => {
  const COINS: Prepared = {
    name: 'test-coins',
    text: 'select coins from kernel.till where id = $1',
  }
  const read = async (db: Database | Tx) => (await ask<{ coins: number }>(db, COINS, [1]))[0]?.coins
  const before = await read(world.db)
  await read(world.db)
  const { rows } = await world.pool.pg.query(
    `select generic_plans + custom_plans as times from pg_prepared_statements where name = 'test-coins'`,
  )
  expect(rows).toEqual([{ times: 2n }])
  await inTx(world.db, async (tx) => {
    await take(tx, 1)
    expect(await read(tx)).toBe(Number(before) - 1)
    expect(await read(world.db)).toBe(before)
  })
})
