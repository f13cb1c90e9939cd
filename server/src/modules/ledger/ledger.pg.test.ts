import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { brokenLaws } from '../../../test/ledger-laws.ts'
import { openWorld, type TestWorld } from '../../../test/world.ts'
import { CELLS, cellOf, cellOfId, entryIdText, entryUuid, idInCell } from './cells.ts'
import type { Answer, Charge, Command, Grant, Posted } from './commands.ts'
import { sealBlocks } from './reads.ts'
import { openTeller } from './teller.ts'

let world: TestWorld
let owner: pg.Pool
let n = 0
beforeAll(async () => {
  world = await openWorld()
  owner = new pg.Pool({ connectionString: world.url, max: 2 })
})
afterAll(async () => {
  expect(await brokenLaws(owner)).toEqual([])
  await owner.end()
  await world.close()
})

const somebody = (): string => `usr_ledger_${++n}`
const key = (): string => `ledger-key-${++n}`
const grant = (to: string, amount: bigint, more: Partial<Grant> = {}): Grant => ({
  kind: 'grant',
  owner: to,
  asset: 'credit',
  key: key(),
  lotId: idInCell(world.newId, 'lot', to),
  amount,
  ...more,
})
const charge = (from: string, amount: bigint, more: Partial<Charge> = {}): Charge => ({
  kind: 'charge',
  owner: from,
  asset: 'credit',
  key: key(),
  amount,
  ...more,
})
const post = (command: Command): Promise<Answer> => world.teller.post(command)
const posted = async (command: Command): Promise<Posted> => {
  const answer = await post(command)
  if (!answer.ok) throw new Error(answer.code)
  return answer
}
const entriesOf = async (of: string): Promise<number> =>
  (await owner.query('select count(*)::int as count from ledger.entries where owner = $1', [of]))
    .rows[0].count

test('L1 L9: fifty charges of 100 on 1000 at once, through three nodes: exactly ten succeed', async () => {
  const who = somebody()
  await posted(grant(who, 1_000n))
  const nodes = [world, await world.anotherNode(), await world.anotherNode()]
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => nodes[i % 3]?.teller.post(charge(who, 100n))),
  )
  expect(answers.filter((answer) => answer?.ok)).toHaveLength(10)
  for (const answer of answers)
    if (answer && !answer.ok) expect(answer.code).toBe('insufficient_credits')
  await Promise.all(nodes.slice(1).map((node) => node.stop()))
})

test('L10: one key from twenty callers at once makes one entry and twenty equal answers', async () => {
  const who = somebody()
  await posted(grant(who, 1_000n))
  const other = await world.anotherNode()
  const one = charge(who, 70n)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? world : other).teller.post(one)),
  )
  const told = answers.map((answer) => answer.ok && { ...answer, replayed: false })
  expect(
    new Set(
      told.map((answer) => JSON.stringify(answer, (_, v) => (typeof v === 'bigint' ? `${v}` : v))),
    ).size,
  ).toBe(1)
  expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(1)
  expect(await entriesOf(who)).toBe(2)
  await other.stop()
})

test('L10: the same key for something else is refused, and refusals keep no key', async () => {
  const who = somebody()
  const dear = charge(who, 5n)
  expect(await post(dear)).toMatchObject({ ok: false, code: 'insufficient_credits' })
  await posted(grant(who, 9n))
  expect(await post(dear)).toMatchObject({ ok: true, replayed: false })
  expect(await post({ ...dear, amount: 4n })).toMatchObject({ code: 'idempotency_key_reused' })
})

test('L2: amounts beyond what JSON carries are refused, and so is a grant that would lead there', async () => {
  const who = somebody()
  const most = BigInt(Number.MAX_SAFE_INTEGER)
  expect(await post(grant(who, most + 1n))).toMatchObject({ code: 'amount_invalid' })
  await posted(grant(who, most))
  expect(await post(grant(who, 1n))).toMatchObject({ code: 'amount_invalid' })
})

test('L3 L4 L5: the tables themselves refuse a lot that gives more than it has', async () => {
  const who = somebody()
  await posted(grant(who, 10n))
  for (const [change, law] of [
    ['remaining = 11', 'L3'],
    ['held = 11', 'L4'],
    ['closed = true', 'L5'],
  ])
    await expect(
      owner.query(`update ledger.lots set ${change} where owner = $1`, [who]),
      change,
    ).rejects.toThrow(law)
  await expect(
    owner.query('update ledger.accounts set available = -1 where owner = $1', [who]),
  ).rejects.toThrow('L1')
})

test('L6: a charge is given back once, however many ask for it in pieces at once', async () => {
  const who = somebody()
  await posted(grant(who, 100n))
  const { id } = await posted(charge(who, 100n))
  const answers = await Promise.all(
    Array.from({ length: 30 }, () =>
      post({ kind: 'refund', owner: who, asset: 'credit', key: key(), chargeId: id, amount: 7n }),
    ),
  )
  expect(answers.filter((answer) => answer.ok)).toHaveLength(14)
  const last = answers.find((answer) => !answer.ok)
  expect(last).toMatchObject({ code: 'refund_exceeds_charge' })
})

test('L7: the application cannot write a table of the ledger; nobody can change an entry', async () => {
  const who = somebody()
  await posted(grant(who, 10n))
  for (const table of [
    'accounts',
    'entries',
    'lots',
    'holds',
    'refunded_charges',
    'heads',
    'blocks',
  ])
    for (const sql of [
      `update ledger.${table} set cell = cell`,
      `delete from ledger.${table}`,
      `truncate ledger.${table}`,
      `insert into ledger.${table} select * from ledger.${table} limit 0`,
    ])
      await expect(world.pool.pg.query(sql), sql).rejects.toThrow('permission denied')
  for (const sql of [
    'update ledger.entries set amount = 1',
    'delete from ledger.entries',
    'truncate ledger.entries',
  ])
    await expect(owner.query(sql), sql).rejects.toThrow(/append-only|permission denied/)
  await expect(world.pool.pg.query('select ledger.book(null, true)')).rejects.toThrow()
})

test('L8: Node and SQL agree on cells, ids carry theirs, and an entry is found by what people see', async () => {
  const owners = Array.from({ length: 200 }, somebody).concat('用户', 'ü')
  const { rows } = await owner.query(
    'select o, ledger.cell_of(o) as cell from unnest($1::text[]) as o',
    [owners],
  )
  for (const { o, cell } of rows) expect(cellOf(o)).toBe(Number(cell))
  for (const one of owners) expect(cellOfId(idInCell(world.newId, 'lot', one))).toBe(cellOf(one))
  expect(new Set(owners.map(cellOf)).size).toBeGreaterThan(CELLS / 2)
  const who = somebody()
  const { id } = await posted(grant(who, 1n))
  expect(entryUuid('chg', entryIdText('chg', id))).toBe(id)
  for (const bent of ['chg_', 'chg_o', `${entryIdText('chg', id)}0`, entryIdText('ref', id)])
    expect(entryUuid('chg', bent)).toBeUndefined()
})

test('L12: entries are sealed soon after, the chain holds, and a changed entry breaks it', async () => {
  const who = somebody()
  await posted(grant(who, 100n))
  await posted(charge(who, 1n))
  await sealBlocks(world.db)
  await sealBlocks(world.db)
  const blocks = await owner.query(
    'select count(*)::int as count from ledger.blocks where cell = $1',
    [cellOf(who)],
  )
  expect(blocks.rows[0].count).toBeGreaterThan(0)
  expect(await brokenLaws(owner)).toEqual([])
  const client = await owner.connect()
  await client.query('begin')
  await client.query('alter table ledger.entries disable trigger user')
  await client.query(
    `update ledger.entries set description = 'never said' where owner = $1 and seq = 2`,
    [who],
  )
  expect(await brokenLaws(client)).toEqual([expect.stringContaining('blocks chain')])
  await client.query('rollback')
  client.release()
})

test('L13: a command that breaks a law fails alone, its neighbours in the batch do not', async () => {
  const whos = Array.from({ length: 20 }, somebody)
  const lotId = idInCell(world.newId, 'lot', whos[0] ?? '')
  await posted(grant(whos[0] ?? '', 1n, { lotId }))
  // The same lot id again is our own bug: the primary key throws, and with it the whole statement.
  const batch = whos.map((who, i) =>
    post(grant(who, 5n, i === 0 ? { lotId } : {})).catch((e: unknown) => e),
  )
  const results = await Promise.all(batch)
  expect(results.filter((result) => result instanceof Error)).toHaveLength(1)
  expect(
    results.filter((result) => !(result instanceof Error) && (result as Answer).ok),
  ).toHaveLength(19)
})

test('L13: beyond its queue the teller says so, and when told to stop it finishes what it took', async () => {
  const who = somebody()
  await posted(grant(who, 1_000n))
  const small = openTeller({ pool: world.pool.pg, clock: world.clock, queueMax: 10, lanes: 1 })
  const answers = Promise.all(Array.from({ length: 40 }, () => small.post(charge(who, 1n))))
  await small.stop()
  const told = await answers
  const busy = told.filter((answer) => !answer.ok && answer.code === 'ledger_busy')
  const done = told.filter((answer) => answer.ok)
  expect(busy.length + done.length).toBe(40)
  expect([busy.length > 0, done.length > 0]).toEqual([true, true])
  expect(await small.post(charge(who, 1n))).toMatchObject({ code: 'ledger_busy' })
})
