import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawn, openBooks } from '../../../test/books.ts'
import { endingBalance } from './balances.ts'
import { cellOf } from './cells.ts'
import type { Charge } from './commands.ts'
import { postIn } from './door.ts'
import { pagesOfLots } from './read-all.ts'
import { findLot, listLots } from './reads.ts'

// A tab is open after the first charge of each test; what follows has to find it written down.

let books: Awaited<ReturnType<typeof openBooks>>
beforeAll(async () => {
  books = await openBooks()
}, 60_000)
afterAll(async () => {
  expect(await books.close()).toEqual([])
})

/** An account with a tab on its only lot: 30 of 100 are burnt. */
async function onATab() {
  const one = books.somebody()
  const lot = await one.grant(100n, { expiresAt: books.inDays(5), orderId: `order-${one.owner}` })
  await one.must({ kind: 'charge', amount: 30n })
  expect(await tabOf(one.owner)).toEqual([lot, 30, 100])
  return { ...one, lot }
}

async function tabOf(owner: string) {
  const { rows } = await books.judge.query(
    'select tab_lot, tab_burnt::int, tab_limit::int from ledger.accounts where cell = $1 and owner = $2',
    [cellOf(owner), owner],
  )
  return [rows[0].tab_lot, rows[0].tab_burnt, rows[0].tab_limit]
}

const CLOSED = [null, 0, 0]

/** The lot as it stands in its row, without its tab. */
async function written(id: string) {
  const { rows } = await books.judge.query(
    'select remaining::int, held::int, closed from ledger.lots where id = $1',
    [id],
  )
  return rows[0]
}

test('L27: while a tab is open charges leave its lot alone, and every reading takes the tab off', async () => {
  const { owner, lot, must, balance } = await onATab()
  await must({ kind: 'charge', amount: 20n })
  expect(await tabOf(owner)).toEqual([lot, 50, 100])
  expect(await written(lot)).toEqual({ remaining: 100, held: 0, closed: false })
  expect(await balance()).toBe('50 0 0')
  const { db } = books.world
  const account = { owner, asset: 'credit' }
  expect(await listLots(db, account, books.clock.now())).toMatchObject([{ remaining: 50n }])
  expect(await findLot(db, lot)).toMatchObject({ remaining: 50n })
  expect(await endingBalance(db, account, books.clock.now())).toMatchObject({
    available: 50n,
    ending: [{ amount: 50n }],
  })
  expect(await balance(books.now() + 6 * 86_400_000)).toBe('0 0 0')
  const kept = await db.transaction().execute(async (tx) => {
    const all = []
    for await (const page of pagesOfLots(tx, undefined, books.inDays(0))) all.push(...page)
    return all
  })
  expect(kept.find(({ id }) => id === lot)).toMatchObject({ remaining: 50n })
})

test('L27: a tab can be emptied to the last credit and not beyond it; then it is on the next lot', async () => {
  const { owner, lot, must, ask, grant } = await onATab()
  const next = await grant(40n)
  await must({ kind: 'charge', amount: 10n })
  expect(drawn(await must({ kind: 'charge', amount: 60n }))).toEqual([[lot, 60]])
  expect(await tabOf(owner)).toEqual([lot, 70, 70])
  expect(await listLots(books.world.db, { owner, asset: 'credit' }, books.clock.now())).toEqual([
    expect.objectContaining({ id: next, remaining: 40n }),
  ])
  expect(await ask({ kind: 'charge', amount: 41n })).toMatchObject({ code: 'insufficient_credits' })
  expect(drawn(await must({ kind: 'charge', amount: 5n }))).toEqual([[next, 5]])
  expect(await written(lot)).toEqual({ remaining: 0, held: 0, closed: true })
  expect(await tabOf(owner)).toEqual([next, 5, 40])
})

test('L27: what a tab cannot pay alone is shared among lots as they really are', async () => {
  const { owner, lot, must, grant } = await onATab()
  const next = await grant(40n)
  await must({ kind: 'charge', amount: 60n })
  const answer = await must({ kind: 'charge', amount: 25n })
  expect(drawn(answer)).toEqual([
    [lot, 10],
    [next, 15],
  ])
  expect(await tabOf(owner)).toEqual(CLOSED)
  expect(await written(next)).toMatchObject({ remaining: 25 })
})

test('L27: a lot that burns earlier is burnt first from its grant on', async () => {
  const { owner, lot, must, grant } = await onATab()
  const earlier = await grant(5n, { expiresAt: books.inDays(1) })
  expect(await tabOf(owner)).toEqual(CLOSED)
  expect(await written(lot)).toMatchObject({ remaining: 70 })
  expect(drawn(await must({ kind: 'charge', amount: 5n }))).toEqual([[earlier, 5]])
  expect(drawn(await must({ kind: 'charge', amount: 5n }))).toEqual([[lot, 5]])
})

test('L27: a hold reserves what the tab has left, and no more', async () => {
  const { lot, must, ask, newHold, balance } = await onATab()
  const expiresAt = books.inDays(1)
  expect(await ask({ kind: 'hold', holdId: newHold(), amount: 71n, expiresAt })).toMatchObject({
    code: 'insufficient_credits',
  })
  await must({ kind: 'charge', amount: 1n })
  await must({ kind: 'hold', holdId: newHold(), amount: 60n, expiresAt })
  expect(await written(lot)).toEqual({ remaining: 69, held: 60, closed: false })
  // A new tab is on what is not held.
  expect(await ask({ kind: 'charge', amount: 10n })).toMatchObject({ code: 'insufficient_credits' })
  await must({ kind: 'charge', amount: 9n })
  expect(await balance()).toBe('0 60 0')
})

test('L27: a refund, a clawback and an expiry count what is on the tab as spent', async () => {
  const refunded = await onATab()
  const charge = await refunded.must({ kind: 'charge', amount: 10n })
  await refunded.must({ kind: 'refund', chargeId: charge.id })
  expect(await written(refunded.lot)).toMatchObject({ remaining: 70 })

  const clawed = await onATab()
  const order = { orderId: `order-${clawed.owner}`, policy: 'debt' } as const
  await clawed.must({ kind: 'clawback', ...order })
  expect(await clawed.balance()).toBe('0 0 30')

  const expired = await onATab()
  books.passDays(6)
  await expired.grant(1n)
  expect(await expired.lines()).toMatchObject([
    { kind: 'grant' },
    { kind: 'charge', amount: -30 },
    { kind: 'expire', amount: -70 },
    { kind: 'grant' },
  ])
})

test('L27: a transfer closes the tabs of both ends', async () => {
  const [from, to] = [await onATab(), await onATab()]
  await from.must({ kind: 'transfer', toOwner: to.owner, amount: 70n })
  expect([await tabOf(from.owner), await tabOf(to.owner)]).toEqual([CLOSED, CLOSED])
  expect(await written(from.lot)).toEqual({ remaining: 0, held: 0, closed: true })
  expect(await to.balance()).toBe('140 0 0')
})

test('L27: a charge that is repeated, alone and in a set, is not on the tab twice', async () => {
  const { owner, lot, must } = await onATab()
  const once = { kind: 'charge', amount: 5n, key: 'tab-once-0001' } as const
  await must(once)
  expect(await must(once)).toMatchObject({ replayed: true })
  await Promise.all([must(once), must({ kind: 'charge', amount: 1n }), must(once)])
  const [tab, burnt] = await tabOf(owner)
  expect(await written(lot)).toMatchObject({ remaining: tab === null ? 64 : 64 + burnt })
})

test('L27: a lone charge opens a tab itself; where the first lot does not suffice the lots share it', async () => {
  const { owner, must, grant } = books.somebody()
  const [small, large] = [await grant(10n, { expiresAt: books.inDays(1) }), await grant(50n)]
  expect(drawn(await must({ kind: 'charge', amount: 20n }))).toEqual([
    [small, 10],
    [large, 10],
  ])
  expect(await tabOf(owner)).toEqual(CLOSED)
  await must({ kind: 'charge', amount: 1n })
  expect(await tabOf(owner)).toEqual([large, 1, 40])
})

test('L27: charges and grants of lots that burn first, all at once, burn in order', async () => {
  const { owner, must, grant, balance } = books.somebody()
  await grant(1_000n)
  await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      if (i % 4 === 0) await grant(7n, { expiresAt: books.inDays(1) })
      await must({ kind: 'charge', amount: 5n })
    }),
  )
  expect(await balance()).toBe('870 0 0')
  const { rows } = await books.judge.query(
    `select count(*)::int as n from ledger.entries e
      where e.owner = $1 and e.kind = 'charge' and exists (
        select from ledger.entries g join ledger.lots l on l.id = g.draw_lots[1]
         where g.owner = e.owner and g.kind = 'grant' and g.seq < e.seq and isfinite(l.expires_at)
           and not l.id = any (e.draw_lots) and 7 > (
             select coalesce(sum(d.n), 0) from ledger.entries b, unnest(b.draw_lots, b.draw_amounts) as d (lot, n)
              where b.owner = e.owner and b.kind = 'charge' and b.seq <= e.seq and d.lot = l.id))`,
    [owner],
  )
  expect(rows[0].n).toBe(0) // no charge passed over a lot that burns earlier and still had something
})

test('L27: whoever comes before an account is opened holds its lock, too, and sees no lot of it half', async () => {
  const { owner, grant, must, newHold, balance } = books.somebody()
  const other = books.somebody()
  await other.grant(10n)
  const blocker = await books.judge.connect()
  await blocker.query('begin')
  await blocker.query('insert into ledger.firsts values ($1, $2, $3, $4)', [
    cellOf(other.owner),
    other.owner,
    'credit',
    'slow',
  ])
  // A batch that has passed the locks and waits half way: for a first use that somebody else is just making.
  const common = { asset: 'credit', request: 'r', actor: 'key_test' }
  const slow: Charge = {
    ...{ kind: 'charge', owner: other.owner, amount: 1n, key: 'tab-slow-0001', ...common },
    ...{ action: 'slow', firstFree: 'slow' },
  }
  const holdId = newHold()
  const early = books.world.db.transaction().execute((tx) =>
    postIn(
      tx,
      [
        slow,
        {
          ...{ kind: 'hold', owner, holdId, amount: 100n, key: 'tab-early-001', ...common },
          expiresAt: books.inDays(1),
        },
      ],
      books.clock.now(),
    ),
  )
  await blocked(1)
  let isOpened = false
  const opened = (async () => {
    await grant(100n, { expiresAt: books.inDays(1) })
    await grant(100n)
    await must({ kind: 'charge', amount: 30n })
    isOpened = true
  })()
  await blocked(2, () => isOpened)
  await blocker.query('rollback')
  blocker.release()
  expect((await early)[1]).toMatchObject({ code: 'insufficient_credits' })
  await opened
  expect(await balance()).toBe('170 0 0')
})

/** Resolves when so many wait for a lock, or when there is no need to. */
async function blocked(count: number, isNeedless = () => false): Promise<void> {
  for (;;) {
    const { rows } = await books.judge.query(
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows[0].n >= count || isNeedless()) return
  }
}
