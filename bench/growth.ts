import type pg from 'pg'
import { fillBooks } from './books.ts'
import { type Ground, openGround } from './ground.ts'
import { type Line, takeTurns } from './measure.ts'
import { pacedReads } from './run.ts'
import { openShop } from './shop.ts'
import { openTill } from './tills.ts'
import { verifyLine } from './verify.ts'

export interface Growth {
  readonly postgres: string
  /** The same charges on books of one million entries and of so many millions, in turns. */
  readonly small: Line
  readonly large: Line
  /** Of the large books: balances and history at the pace that the goal is set at, and what `verify` takes. */
  readonly others: readonly Line[]
  readonly millions: number
}

interface Options {
  readonly databaseUrl: string | undefined
  readonly seconds: number
  readonly millions: number
  readonly say: (line: string) => void
  readonly progress: (line: string) => void
}

const ACCOUNTS = 100_000
const EACH_STEP = 2
const STEPS = 1_000_000 / (ACCOUNTS * EACH_STEP)
const SLICE_MS = 1_000
// Until most pages have been written whole after the checkpoint: what comes then lasts until the next one.
const WARM_MS = 45_000

/**
 * What a charge costs when the books have grown. Two databases of one server, of which one is a copy of the other
 * that went on growing, take turns: an hour between two measurements would say more about the hour.
 */
export async function measureGrowth(options: Options): Promise<Growth> {
  const { millions, say, progress } = options
  say('Making a million entries…')
  const first = await openGround(options.databaseUrl)
  let close = first.close
  try {
    await fillBooks(first.owner, ACCOUNTS)
    await grow(first, 1, progress)
    const [small, large] = await first.split()
    close = async () => {
      await large.close()
      await small.close()
    }
    say(`Making ${millions} million in a copy…`)
    await grow(large, millions - 1, progress)
    const lines = await inTurns(small, large, options)
    await large.rest()
    const reads = await readsOf(large, options)
    await large.rest()
    say('Verifying them…')
    const verify = await verifyLine(large)
    return { postgres: first.postgres, millions, ...lines, others: [...reads, verify] }
  } finally {
    await close()
  }
}

async function readsOf(ground: Ground, { seconds, say, progress }: Options): Promise<Line[]> {
  say('Reading balances and history…')
  const shop = await openShop(ground, ACCOUNTS)
  try {
    const rounds = Math.ceil(seconds / 2)
    const contenders = pacedReads(shop)
    // Vacuum has read all books just now; what people read was pushed out of memory by what they do not.
    for (const contender of contenders) await contender.run(WARM_MS)
    return [...(await takeTurns(contenders, rounds, 2 * SLICE_MS, progress)).values()]
  } finally {
    await shop.close()
  }
}

async function inTurns(small: Ground, large: Ground, { seconds, say, progress }: Options) {
  const tills = [small, large].map((ground) => openTill(ground, ACCOUNTS))
  const contenders = tills.map((till, i) => ({
    ...till.charge('uniform'),
    name: i === 0 ? 'small' : 'large',
  }))
  say(`Measuring, ${seconds} s each…`)
  for (const contender of contenders) await contender.run(WARM_MS)
  const lines = await takeTurns(contenders, seconds, SLICE_MS, progress)
  for (const till of tills) await till.close()
  return { small: lines.get('small') as Line, large: lines.get('large') as Line }
}

/** Charges of one credit in bulk, as the door would have written them, and sealed as the sealer would. */
async function grow(
  ground: Ground,
  millions: number,
  progress: (line: string) => void,
): Promise<void> {
  for (let million = 1; million <= millions; million++) {
    progress(`million ${million} of ${millions}`)
    for (let step = 0; step < STEPS; step++) {
      await chargeEach(ground.owner)
      await ground.seal()
    }
    await ground.owner.query('vacuum ledger.accounts, ledger.lots')
  }
  await ground.rest()
}

async function chargeEach(db: pg.Pool): Promise<void> {
  const client = await db.connect()
  try {
    await client.query('begin')
    // In the order of time: an account's entries lie far apart, as they do where many are charged.
    await client.query(`
      insert into ledger.entries (cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after,
        debt_after, contra, key, fingerprint, draw_lots, draw_amounts, actor, created_at)
      select a.cell, a.owner, a.asset, a.version + n,
             ledger.entry_id(a.cell, a.owner, 'bench-grown-' || a.version + n), h.open_block, 'charge', -1,
             a.available + a.held - a.debt - n, a.held, a.debt, 'revenue:other',
             'bench-grown-' || a.version + n, md5(a.owner || n)::uuid, array[l.id], array[1], 'key_bench',
             a.last_at + n * interval '1 second'
        from generate_series(1, ${EACH_STEP}) n
       cross join ledger.accounts a
        join ledger.heads h on h.cell = a.cell
        join ledger.lots l on l.cell = a.cell and l.owner = a.owner and l.source = 'purchase'
       order by n, a.cell, a.owner`)
    await client.query(`
      update ledger.accounts set available = available - ${EACH_STEP}, version = version + ${EACH_STEP},
             last_at = last_at + ${EACH_STEP} * interval '1 second'`)
    await client.query(
      `update ledger.lots set remaining = remaining - ${EACH_STEP} where source = 'purchase'`,
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the first fault is the one to report
    throw error
  } finally {
    client.release()
  }
}
