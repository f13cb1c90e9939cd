import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '#kernel/db'
import { openBooks } from '../../../test/books.ts'
import { cellOf, cellOfUuid, entryUuid, idInCell } from './cells.ts'
import type { Command, Grant, Transfer } from './commands.ts'
import { postBatch, postIn, postTransfer } from './door.ts'
import { sealBlocks } from './reads.ts'
import { sealed } from './wire.ts'

let books: Awaited<ReturnType<typeof openBooks>>
beforeAll(async () => {
  books = await openBooks()
}, 60_000)
afterAll(async () => {
  expect(await books.close()).toEqual([])
})

const grantTo = (owner: string): Grant => ({
  kind: 'grant',
  owner,
  asset: 'credit',
  key: `door-key-${owner}`,
  lotId: idInCell(books.newId, 'lot', owner),
  amount: 50n,
})

/** What the chain of this cell says of its own entries: the blocks that do not hold what they were sealed with. */
const BROKEN_BLOCKS = `
  select b.no from ledger.blocks b cross join lateral ledger.digest(b.cell, b.no, b.prev) d
   where b.cell = $1 and (d.o_digest <> b.digest or d.o_entries <> b.entries)`

// Past the teller, which would send them one after the other: here each has a connection of its own.
test('L1: charges and holds at once, on an account of many lots, spend it exactly', async () => {
  const { owner, grant, newHold, balance } = books.somebody()
  for (let i = 0; i < 10; i++) await grant(37n)
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => {
      const common = { owner, asset: 'credit', key: `mixed-key-${i}`, amount: 11n }
      const hold = { kind: 'hold', holdId: newHold(), expiresAt: books.inDays(1) } as const
      const command: Command = i % 3 ? { kind: 'charge', ...common } : { ...hold, ...common }
      return postBatch(books.world.pool.pg, [sealed(command)], books.clock.now())
    }),
  )
  const posted = answers.flatMap((read) => read()).filter((answer) => answer.ok)
  expect(posted).toHaveLength(33)
  const held = 11 * posted.filter(({ kind }) => kind === 'hold').length
  expect(await balance()).toBe(`${370 - 33 * 11} ${held} 0`)
})

test('L19: transfers in a ring, both ways at once, all end and lose nothing', async () => {
  const ring = [books.somebody(), books.somebody(), books.somebody()] as const
  for (const { grant } of ring) await grant(100n)
  const answers = await Promise.all(
    Array.from({ length: 90 }, (_, i) => {
      const [from, to] = [ring[i % 3], ring[(i + 1 + (i % 2)) % 3]]
      const command: Transfer = {
        kind: 'transfer',
        owner: from?.owner ?? '',
        toOwner: to?.owner ?? '',
        asset: 'credit',
        key: `ring-key-${i}`,
        amount: 5n,
        lotId: idInCell(books.newId, 'lot', to?.owner ?? ''),
      }
      return postTransfer(books.world.pool.pg, sealed(command), books.clock.now())
    }),
  )
  expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(0)
  const balances = await Promise.all(ring.map(({ balance }) => balance()))
  expect(balances.reduce((sum, told) => sum + Number(told.split(' ')[0]), 0)).toBe(300)
})

test('L7: the application cannot call what writes the books, only the doors to it', async () => {
  const doors = await books.judge.query(
    `select p.oid::regprocedure::text as signature from pg_catalog.pg_proc p
      where p.pronamespace = 'ledger'::regnamespace
        and has_function_privilege('tongbao_app', p.oid, 'execute') order by p.proname`,
  )
  expect(doors.rows.map(({ signature }) => signature.replace(/\(.*/, ''))).toEqual(
    'balance_at cell_of close_block entry_id note_verdict post post_batch post_charge post_transfer roll_up seal'
      .split(' ')
      .map((name) => `ledger.${name}`),
  )
  await expect(books.world.pool.pg.query('select ledger.lock_up()')).rejects.toThrow(
    'permission denied',
  )
})

test('L7: nobody changes or removes an entry or a block, not even their owner', async () => {
  const { owner, grant } = books.somebody()
  await grant(1n)
  await sealBlocks(books.world.db)
  await expect
    .poll(async () => {
      await sealBlocks(books.world.db)
      const { rows } = await books.judge.query('select 1 from ledger.blocks where cell = $1', [
        cellOf(owner),
      ])
      return rows.length
    })
    .toBeGreaterThan(0)
  for (const table of ['entries', 'blocks'])
    for (const attack of ['update ledger.$ set cell = cell', 'delete from ledger.$', 'truncate $'])
      await expect(
        books.judge.query(attack.replace(/(ledger\.)?\$/, `ledger.${table}`)),
        `${attack} ${table}`,
      ).rejects.toThrow('append-only')
})

test('L8: an entry’s id grows from owner and key, alike in Node and SQL, and what is no id is none', async () => {
  for (const owner of ['usr_a', '用户', '']) {
    const { rows } = await books.judge.query('select ledger.entry_id($2, $1, $3) as id', [
      owner,
      cellOf(owner),
      'a-key-of-it',
    ])
    const digest = createHash('sha256').update(`${owner}\na-key-of-it`).digest('hex')
    expect(rows[0].id.replaceAll('-', '').slice(2)).toBe(digest.slice(2, 32))
    expect(cellOfUuid(rows[0].id)).toBe(cellOf(owner))
  }
  expect(entryUuid('chg', 'chg_nonsense')).toBeUndefined()
  expect(entryUuid('chg', `chg_${'z'.repeat(26)}`)).toBeUndefined()
})

test('L8: an owner cannot be opened in a cell not his own', async () => {
  const right = sealed(grantTo('usr_lost'))
  const json = right.json().replace(/"cell":\d+/, `"cell":${(cellOf('usr_lost') + 1) % 64}`)
  await expect(
    postBatch(books.world.pool.pg, [{ ...right, json: () => json }], books.clock.now()),
  ).rejects.toThrow('L8')
})

test('K4: a batch tells each account that it changed, in its own transaction', async () => {
  await books.told()
  const [a, b, c] = [books.somebody(), books.somebody(), books.somebody()]
  const charge = { kind: 'charge', asset: 'credit', amount: 4n } as const
  await postBatch(
    books.world.pool.pg,
    [
      grantTo(a.owner),
      grantTo(b.owner),
      { ...charge, owner: a.owner, key: 'told-key-1' },
      { ...charge, owner: c.owner, key: 'told-key-2' },
    ].map(sealed),
    books.clock.now(),
  )
  const events = await books.told()
  expect(events.map(({ topic }) => topic)).toEqual(['balance.changed'])
  const told = events[0].data.accounts.map(([owner, , available]: unknown[]) => [owner, available])
  expect(new Set(told.map(String))).toEqual(
    new Set([`${a.owner},46`, `${b.owner},50`, `${c.owner},0`]),
  )
})

test('L12: blocks hold every entry once, in a chain, also when a transaction is slow to commit', async () => {
  const { owner, grant, must } = books.somebody()
  const cell = cellOf(owner)
  await grant(100n)
  const neighbour = Array.from({ length: 5_000 }, (_, i) => `usr_beside_${i}`).find(
    (one) => cellOf(one) === cell,
  )
  const turn = async () => {
    await books.judge.query('select ledger.close_block($1)', [cell])
    const { rows } = await books.judge.query('select ledger.seal($1) as sealed', [cell])
    return rows[0].sealed
  }
  const slow = await books.world.pool.pg.connect()
  await slow.query('begin')
  await postBatch(slow, [sealed(grantTo(neighbour ?? ''))], books.clock.now())
  expect(await turn()).toBe(0) // the slow one is still writing into the closed block
  await must({ kind: 'charge', amount: 5n })
  expect(await turn()).toBe(0) // nor the block after it, which nobody writes into
  await slow.query('commit')
  slow.release()
  expect(await turn()).toBe(2)
  const { rows } = await books.judge.query(
    `select (select sum(entries)::int from ledger.blocks where cell = $1) as sealed,
            (select count(*)::int from ledger.entries where cell = $1) as written`,
    [cell],
  )
  expect(rows[0].sealed).toBe(rows[0].written)
})

test('L12: nobody waits for a sealer: whoever is late with the number of a block that it seals goes on', async () => {
  const { owner, grant } = books.somebody()
  const cell = cellOf(owner)
  await grant(1n)
  const { rows } = await books.judge.query('select ledger.close_block($1) as closed', [cell])
  const sealer = await books.judge.connect()
  await sealer.query('begin')
  const { rows: sealedNow } = await sealer.query('select ledger.seal($1) as sealed', [cell])
  expect(sealedNow[0].sealed).toBeGreaterThan(0)
  const late = await books.judge.query(
    'select pg_try_advisory_xact_lock_shared(7468100 + $1, $2) as entered',
    [cell, rows[0].closed],
  )
  expect(late.rows[0].entered).toBe(true)
  await sealer.query('commit')
  sealer.release()
})

test('L10: in the transaction of its caller a repeated key is answered, and what else it holds is kept', async () => {
  const { owner, grant } = books.somebody()
  await grant(20n)
  const charge = {
    kind: 'charge',
    owner,
    asset: 'credit',
    key: 'twice-in-a-tx',
    amount: 5n,
  } as const
  const charged = () =>
    inTx(books.world.db, async (tx) => (await postIn(tx, [charge], books.clock.now()))[0])
  const first = await charged()
  expect(first).toMatchObject({ ok: true, replayed: false })
  expect(await charged()).toEqual({ ...first, replayed: true })
})

test('L12: who enters a block as it closes writes into the next one, alone and in a batch', async () => {
  for (const path of ['set', 'look'] as const) {
    const { owner, grant } = books.somebody()
    const cell = cellOf(owner)
    await grant(9n)
    const { rows: heads } = await books.judge.query(
      'select open_block as no from ledger.heads where cell = $1',
      [cell],
    )
    const gate = await books.judge.connect()
    await gate.query('select pg_advisory_lock(7468100 + $1, $2)', [cell, heads[0].no])
    const charge: Command = {
      kind: 'charge',
      owner,
      asset: 'credit',
      key: `at-the-gate-${path}`,
      amount: 5n,
    }
    const late = postBatch(books.world.pool.pg, [sealed(charge)], books.clock.now(), path)
    const isWaiting = `select from pg_locks where locktype = 'advisory' and not granted
                         and classid = 7468100 + $1 and objid = $2`
    while ((await gate.query(isWaiting, [cell, heads[0].no])).rows.length === 0);
    await gate.query('select ledger.close_block($1)', [cell])
    await gate.query('select pg_advisory_unlock_all()')
    gate.release()
    const [answer] = (await late)()
    expect(answer?.ok).toBe(true)
    const { rows } = await books.judge.query(
      'select block from ledger.entries where owner = $1 order by seq',
      [owner],
    )
    expect(rows.map(({ block }) => block - heads[0].no)).toEqual([0, 1])
  }
})

test('L12: a changed, a lost and an added entry each break the chain', async () => {
  const { owner, grant, must } = books.somebody()
  await grant(100n)
  await must({ kind: 'charge', amount: 5n })
  await must({ kind: 'charge', amount: 6n })
  const cell = cellOf(owner)
  await books.judge.query('select ledger.close_block($1)', [cell])
  await books.judge.query('select ledger.seal($1)', [cell])
  expect((await books.judge.query(BROKEN_BLOCKS, [cell])).rows).toEqual([])
  const client = await books.judge.connect()
  for (const attack of [
    `update ledger.entries set description = 'never said' where owner = $1 and seq = 2`,
    `update ledger.entries set created_at = created_at - interval '1 ms' where owner = $1 and seq = 2`,
    `delete from ledger.entries where owner = $1 and seq = 3`,
    `insert into ledger.entries
     select (jsonb_populate_record(e, '{"seq": 99, "id": "00000000-0000-4000-8000-000000000000"}')).*
       from ledger.entries e where owner = $1 and seq = 3`,
  ]) {
    await client.query('begin')
    await client.query('alter table ledger.entries disable trigger user')
    await client.query(attack, [owner])
    expect((await client.query(BROKEN_BLOCKS, [cell])).rows, attack).toHaveLength(1)
    await client.query('rollback')
  }
  client.release()
})
