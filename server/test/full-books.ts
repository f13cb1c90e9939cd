import pg from 'pg'
import { type Command, idInCell, type Posted, sealBlocks } from '#ledger'
import { openWorld, type TestWorld } from './world.ts'

const DAY_MS = 86_400_000
const TABLES = [
  'accounts',
  'entries',
  'lots',
  'holds',
  'firsts',
  'refunded_charges',
  'heads',
  'blocks',
]
const UNLOCK = TABLES.map((table) => `alter table ledger.${table} disable trigger user`).join(';')
const KEEP = TABLES.map((table) => `create table kept.${table} as table ledger.${table}`).join(';')

export const ADA = 'usr_verified_ann'
export const BOB = 'usr_verified_bob'
const DAN = 'usr_verified_dan'

let n = 0
export const by = (owner: string) => ({ owner, asset: 'credit', key: `books-key-${++n}` })

/** Posts as the application does, and throws where it is refused. */
export function poster({ teller, newId, clock }: TestWorld) {
  return {
    post: async (command: Command): Promise<Posted> => {
      const answer = await teller.post(command)
      if (!answer.ok) throw new Error(answer.code)
      return answer
    },
    lotOf: (owner: string) => idInCell(newId, 'lot', owner),
    inDays: (days: number) => new Date(clock.now() + days * DAY_MS).toISOString(),
  }
}

/**
 * Books with every kind of entry, lots in every state, a hold that ended and was not swept, and a debt; and an intruder
 * who owns the tables and took their locks off. `restore` undoes whatever the intruder did.
 */
export async function openBooks() {
  const world = await openWorld()
  const intruder = new pg.Client({ connectionString: world.url })
  await intruder.connect()
  const { post, lotOf, inDays } = poster(world)
  const bought = lotOf(ADA)
  await post({
    kind: 'grant',
    ...by(ADA),
    lotId: bought,
    amount: 100n,
    source: 'purchase',
    refundable: true,
  })
  const promo = lotOf(ADA)
  await post({
    kind: 'grant',
    ...by(ADA),
    lotId: promo,
    amount: 30n,
    source: 'promo',
    priority: 10,
    expiresAt: inDays(2),
  })
  const waiting = lotOf(ADA)
  await post({ kind: 'grant', ...by(ADA), lotId: waiting, amount: 7n, effectiveAt: inDays(40) })
  const small = await post({ kind: 'charge', ...by(ADA), amount: 10n, action: 'video.generate' })
  const charged = await post({
    kind: 'charge',
    ...by(ADA),
    amount: 35n,
    action: 'video.generate',
    metadata: { job: '任务 1' },
  })
  await sealBlocks(world.db)
  await post({ kind: 'refund', ...by(ADA), chargeId: charged.id, amount: 5n })
  const holdId = idInCell(world.newId, 'hold', ADA)
  await post({ kind: 'hold', ...by(ADA), holdId, amount: 20n, expiresAt: inDays(1) })
  await post({ kind: 'extend', ...by(ADA), holdId, expiresAt: inDays(9) })
  await post({ kind: 'capture', ...by(ADA), holdId, amount: 4n, final: false })
  const [ordered, arrived] = [lotOf(BOB), lotOf(BOB)]
  await post({
    kind: 'grant',
    ...by(BOB),
    lotId: ordered,
    amount: 50n,
    orderId: 'order-1',
    source: 'purchase',
  })
  await post({ kind: 'charge', ...by(BOB), amount: 45n })
  await post({ kind: 'clawback', ...by(BOB), orderId: 'order-1', policy: 'debt' })
  // What a job held when its order went back: given back, it repays the debt.
  const [job, late] = [idInCell(world.newId, 'hold', DAN), lotOf(DAN)]
  await post({ kind: 'grant', ...by(DAN), lotId: late, amount: 9n, orderId: 'order-2' })
  await post({ kind: 'hold', ...by(DAN), holdId: job, amount: 9n, expiresAt: inDays(1) })
  await post({ kind: 'clawback', ...by(DAN), orderId: 'order-2', policy: 'debt' })
  await post({ kind: 'release', ...by(DAN), holdId: job })
  await post({ kind: 'transfer', ...by(ADA), toOwner: BOB, amount: 6n, lotId: arrived })
  await post({ kind: 'charge', ...by(BOB), amount: 5n, action: 'image', firstFree: 'image' })
  await sealBlocks(world.db)
  world.clock.shift(3 * DAY_MS)
  await post({ kind: 'refund', ...by(ADA), chargeId: small.id }) // its lot has ended: a grace lot
  await post({ kind: 'adjust', ...by(ADA), amount: -3n, lotId: lotOf(ADA) })
  const short = idInCell(world.newId, 'hold', ADA)
  await post({ kind: 'hold', ...by(ADA), holdId: short, amount: 2n, expiresAt: inDays(1) })
  await sealBlocks(world.db)
  world.clock.shift(6 * DAY_MS) // the short hold has ended and nobody has written it down
  await post({ kind: 'charge', ...by('usr_verified_eve'), amount: 0n }) // not sealed
  await intruder.query(`
    create schema kept; ${KEEP}; ${UNLOCK};
    alter table ledger.accounts drop constraint "L1 never overdrawn";
    alter table ledger.lots drop constraint "L3 a lot holds what it was granted at most",
      drop constraint "L4 a lot reserves what it has at most", drop constraint "L5 closed means empty";
    alter table ledger.refunded_charges drop constraint "L6 refunds stay within their charge"`)
  return {
    world,
    intruder,
    names: {
      ...{ bought, promo, waiting, ordered, arrived, holdId, shortHold: short },
      ...{ charge: charged.id, grace: (await graceOf(intruder)) ?? '' },
    },
    restore: async () => {
      const [copied, emptied] = [
        TABLES.map((table) => `insert into ledger.${table} table kept.${table}`),
        [...TABLES].reverse().map((table) => `truncate ledger.${table}`),
      ]
      await intruder.query(
        ['begin', ...emptied, ...copied, 'delete from ledger.verdicts', 'commit'].join(';'),
      )
    },
    close: async () => {
      await intruder.end()
      await world.close()
    },
  }
}

/** Credits that nobody granted; the tables alone do not mind. */
export const FROM_NOBODY = `insert into ledger.accounts (cell, owner, asset, available) values (4, 'usr_thief', 'credit', 5)`

export async function entriesOf(
  world: TestWorld,
  which: 'all' | 'that move value' = 'all',
): Promise<number> {
  const moved = which === 'all' ? '' : 'where amount <> 0'
  const { rows } = await world.pool.pg.query(
    `select count(*)::int as n from ledger.entries ${moved}`,
  )
  return rows[0].n
}

/** How many blocks an owner's entries stand in, and how many of those entries are sealed. */
export async function blocksOf(world: TestWorld, owner: string) {
  const { rows } = await world.pool.pg.query(
    `select count(distinct e.block)::int as n, count(b.no)::int as sealed from ledger.entries e
       left join ledger.blocks b on b.cell = e.cell and b.no = e.block where e.owner = $1`,
    [owner],
  )
  return rows[0]
}

async function graceOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query('select id from ledger.lots where grace_of is not null')
  return rows[0]?.id
}
