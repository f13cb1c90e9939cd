import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ADA, BOB, openBooks } from '../../../test/full-books.ts'
import { cellOf } from './cells.ts'
import { verifyLedger } from './verify-ledger.ts'

let books: Awaited<ReturnType<typeof openBooks>>
beforeAll(async () => {
  books = await openBooks()
}, 60_000)
afterEach(() => books.restore())
afterAll(() => books.close())

const faults = async () => (await verifyLedger(books.world.db)).faults

test('L22: untouched books verify clean, with lots that wait and holds that nobody swept', async () => {
  const seen: number[] = []
  const verdict = await verifyLedger(books.world.db, {
    onProgress: ({ cells }) => seen.push(cells),
  })
  expect(verdict.faults).toEqual([])
  const { rows } = await books.intruder.query('select count(*)::int as entries from ledger.entries')
  expect(verdict).toMatchObject({ cells: 64, next: undefined, entries: rows[0].entries })
  expect(seen.at(-1)).toBe(64)
})

const A = `${ADA}/credit`
const cell = cellOf(ADA)
const entry = (seq: number | string) =>
  `update ledger.entries set %s where owner = '${ADA}' and seq = ${seq}`
const change = (what: string, seq: number) => entry(seq).replace('%s', what)
const account = (what: string) => `update ledger.accounts set ${what} where owner = '${ADA}'`

test.each<[law: string, table: string, key: () => string, corruption: () => string]>([
  [
    'seq without gaps',
    'entries',
    () => `${A}#3`,
    () => `delete from ledger.entries where owner = '${ADA}' and seq = 3`,
  ],
  [
    'balance_after = balance before + amount',
    'entries',
    () => `${A}#4`,
    () => change('amount = amount - 1, draw_amounts[1] = draw_amounts[1] + 1', 4),
  ],
  [
    'balance_after = balance before + amount',
    'entries',
    () => `${A}#5`,
    () => change('balance_after = balance_after + 1', 5),
  ],
  ['nothing is negative but a debt', 'entries', () => `${A}#5`, () => change('held_after = -1', 5)],
  [
    'time never goes back along seq',
    'entries',
    () => `${A}#2`,
    () => change(`created_at = '2020-01-01'`, 2),
  ],
  [
    'the id grows from owner and key',
    'entries',
    () => `${A}#2`,
    () =>
      change(
        `id = set_byte(uuid_send(id), 9, 7)::text::bytea::text::uuid`.replace(
          'set_byte(uuid_send(id), 9, 7)::text::bytea::text::uuid',
          `encode(set_byte(set_byte(uuid_send(id), 9, 7), 8, 9), 'hex')::uuid`,
        ),
        2,
      ),
  ],
  [
    'draws of a charge sum to its amount',
    'entries',
    () => `${A}#5`,
    () => change('draw_amounts[1] = draw_amounts[1] + 1', 5),
  ],
  [
    'no entry lies beyond the open block',
    'entries',
    () => `${A}#6`,
    () => change('block = 999', 6),
  ],
  [
    'entries have an account',
    'accounts',
    () => A,
    () => `delete from ledger.accounts where owner = '${ADA}'`,
  ],
  ['balance = sum of entries', 'accounts', () => A, () => account('available = available + 1')],
  [
    'held and debt as the last entry says',
    'accounts',
    () => A,
    () => account('held = held + 1, available = available - 1'),
  ],
  ['nothing is negative but a debt', 'accounts', () => A, () => account('available = -1')],
  ['version = seq of the last entry', 'accounts', () => A, () => account('version = version - 1')],
  [
    'last_at = time of the last entry',
    'accounts',
    () => A,
    () => account(`last_at = last_at + interval '1 s'`),
  ],
  ['a tab is on a lot', 'accounts', () => A, () => account('tab_burnt = 1')],
  ['next_due is not late', 'accounts', () => A, () => account(`next_due = 'infinity'`)],
  [
    'remaining = what entries put in and drew',
    'lots',
    () => books.names.bought,
    () => `update ledger.lots set remaining = remaining - 1 where id = '${books.names.bought}'`,
  ],
  [
    'remaining = what entries put in and drew',
    'lots',
    () => books.names.waiting,
    () => `update ledger.lots set remaining = remaining - 1 where id = '${books.names.waiting}'`,
  ],
  [
    'closed means empty',
    'lots',
    () => books.names.bought,
    () => `update ledger.lots set closed = true where id = '${books.names.bought}'`,
  ],
  [
    'a tab is what its lot has free, at most',
    'lots',
    () => books.names.bought,
    () =>
      `update ledger.accounts set tab_lot = '${books.names.bought}', tab_source = 'purchase', tab_limit = 1 where owner = '${ADA}'`,
  ],
  [
    'a lot holds what it was granted at most',
    'lots',
    () => books.names.bought,
    () => `update ledger.lots set granted = 1 where id = '${books.names.bought}'`,
  ],
  [
    'what entries and holds draw from is there',
    'lots',
    () => books.names.bought,
    () => `delete from ledger.lots where id = '${books.names.bought}'`,
  ],
  [
    'held = sum of open holds',
    'lots',
    () => books.names.bought,
    () =>
      `update ledger.holds set reserved[1] = reserved[1] - 1 where id = '${books.names.holdId}'`,
  ],
  [
    'a lot belongs to those whose entries draw from it',
    'lots',
    () => books.names.bought,
    () => `update ledger.lots set owner = 'usr_thief' where id = '${books.names.bought}'`,
  ],
  [
    'available and held = sum of lots',
    'accounts',
    () => A,
    () =>
      `update ledger.lots set waiting = true, granted = remaining where id = '${books.names.bought}'`,
  ],
  [
    'refunded = sum of refunds',
    'refunded_charges',
    () => books.names.charge,
    () =>
      `update ledger.refunded_charges set refunded = 6 where charge_id = '${books.names.charge}'`,
  ],
  [
    'charged = amount of the charge',
    'refunded_charges',
    () => books.names.charge,
    () =>
      `update ledger.refunded_charges set charged = 99 where charge_id = '${books.names.charge}'`,
  ],
  [
    `a refund has its charge's row`,
    'refunded_charges',
    () => books.names.charge,
    () => `delete from ledger.refunded_charges where charge_id = '${books.names.charge}'`,
  ],
  [
    'a block is the digest of its entries',
    'blocks',
    () => `${cell}/1`,
    () => change(`description = 'never said'`, 4),
  ],
  [
    'a block is the digest of its entries',
    'blocks',
    () => `${cell}/1`,
    () => change(`metadata = '{"job": "任务 2"}'`, 5),
  ],
  [
    'a block names the one before',
    'blocks',
    () => `${cell}/2`,
    () => `update ledger.blocks set prev = sha256('x') where cell = ${cell} and no = 2`,
  ],
  [
    'blocks without gaps',
    'blocks',
    () => `${cell}/2`,
    () => `delete from ledger.blocks where cell = ${cell} and no = 2`,
  ],
  ['a block keeps its entries', 'blocks', () => `${cell}/1`, () => change('block = 2', 1)],
  [
    'no block is sealed before it is closed',
    'blocks',
    () => `${cell}/3`,
    () => `update ledger.heads set open_block = 3 where cell = ${cell}`,
  ],
  [
    'transfers meet in clearing',
    'entries',
    () => `${A}#10`,
    () =>
      `update ledger.entries set contra = 'clearing:tip' where owner = '${BOB}' and kind = 'transfer'`,
  ],
  ...[
    'granted = 1000000',
    'priority = priority - 1',
    `source = 'admin'`,
    'refundable = not refundable',
    `effective_at = effective_at - interval '1 s'`,
  ].map((corruption): [string, string, () => string, () => string] => [
    'a lot is as its line made it',
    'lots',
    () => books.names.bought,
    () => `update ledger.lots set ${corruption} where id = '${books.names.bought}'`,
  ]),
  [
    'a lot is as its line made it',
    'lots',
    () => books.names.promo,
    () => `update ledger.lots set expires_at = 'infinity' where id = '${books.names.promo}'`,
  ],
  [
    'a lot is as its line made it',
    'lots',
    () => books.names.waiting,
    () =>
      `update ledger.lots set effective_at = effective_at + interval '1 s' where id = '${books.names.waiting}'`,
  ],
  [
    'a lot is as its line made it',
    'lots',
    () => books.names.ordered,
    () => `update ledger.lots set order_id = null where id = '${books.names.ordered}'`,
  ],
  [
    'a lot is as its line made it',
    'lots',
    () => books.names.arrived,
    () =>
      `update ledger.lots set expires_at = expires_at - interval '1 day', refundable = true where id = '${books.names.arrived}'`,
  ],
  [
    'a lot has the line that made it',
    'lots',
    () => 'lot_invented',
    () => `insert into ledger.lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at, refundable, closed, created_at)
           values (${cell}, 'lot_invented', '${ADA}', 'credit', 'admin', 5, 0, 50, '2026-01-01', false, true, '2026-01-01')`,
  ],
  [
    'the lot of a line is there',
    'lots',
    () => books.names.waiting,
    () => `delete from ledger.lots where id = '${books.names.waiting}'`,
  ],
  [
    'a lot of grace is as the one that it carries on',
    'lots',
    () => books.names.grace,
    () => `update ledger.lots set refundable = true where id = '${books.names.grace}'`,
  ],
  [
    'a lot of grace has seven days, or as long as the one that it carries on',
    'lots',
    () => books.names.grace,
    () => `update ledger.lots set expires_at = 'infinity' where id = '${books.names.grace}'`,
  ],
  ...[
    'amount = amount + 1',
    'captured = captured - 1',
    `expires_at = expires_at + interval '1 day'`,
    `action = 'other'`,
    `actor = 'somebody'`,
  ].map((corruption): [string, string, () => string, () => string] => [
    'a hold is as its lines made it',
    'holds',
    () => books.names.holdId,
    () => `update ledger.holds set ${corruption} where id = '${books.names.holdId}'`,
  ]),
  [
    'a hold is as its lines made it',
    'holds',
    () => books.names.shortHold,
    () => `update ledger.holds set state = 'released' where id = '${books.names.shortHold}'`,
  ],
  [
    'the hold of a line is there',
    'holds',
    () => books.names.holdId,
    () => `delete from ledger.holds where id = '${books.names.holdId}'`,
  ],
  [
    'a free first is used exactly when a charge had it',
    'firsts',
    () => `${BOB}/credit/image`,
    () => 'delete from ledger.firsts',
  ],
  [
    'a free first is used exactly when a charge had it',
    'firsts',
    () => `${ADA}/credit/image`,
    () => `insert into ledger.firsts values (${cell}, '${ADA}', 'credit', 'image')`,
  ],
])('L22: broken %s: %s is named', async (law, table, key, corruption) => {
  const { rowCount } = await books.intruder.query(corruption())
  expect(rowCount).toBeGreaterThan(0)
  const found = await faults()
  expect(found.map((fault) => [fault.law, fault.table, fault.key])).toContainEqual([
    law,
    table,
    key(),
  ])
  expect(found[0]?.expected).not.toBe(found[0]?.found)
})

test('L22: an account that stands in another cell than its owner is named', async () => {
  await books.intruder.query(
    `insert into ledger.accounts (cell, owner, asset) values (${(cell + 1) % 64}, '${ADA}', 'coin')`,
  )
  expect(await faults()).toEqual([
    expect.objectContaining({
      table: 'accounts',
      key: `${ADA}/coin`,
      law: 'an owner lives in the cell of its hash',
    }),
  ])
})

test('L22: a refund beyond its charge is named, although its own sums agree', async () => {
  await books.intruder.query(
    `update ledger.refunded_charges set charged = 3 where charge_id = '${books.names.charge}'`,
  )
  expect((await faults()).map(({ table, key }) => [table, key])).toContainEqual([
    'refunded_charges',
    books.names.charge,
  ])
})
