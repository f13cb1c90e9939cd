import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { scheduler } from 'node:timers/promises'
import type pg from 'pg'
import { ROOT_FOLDER } from '../server/src/app/places.ts'
import { newKey } from './accounts.ts'
import { fillBooks } from './books.ts'
import { type Ground, openGround } from './ground.ts'
import type { Paid } from './load.ts'
import { type Contender, type Line, lineOf, type Slice } from './measure.ts'
import { BENCH_SECRET, openShop, type Shop } from './shop.ts'
import { openTill } from './tills.ts'

export interface Hooks {
  readonly postgres: string
  /** Beside charges at a share of their peak, and at the peak. */
  readonly paced: Beside
  readonly full: Beside
  /** At the peak, after the last message, until all that were told of was given. */
  readonly givenAfterMs: number
}

interface Beside {
  /** From the moment a message was due until it was acknowledged. */
  readonly acks: Line
  /** What the teller did meanwhile. */
  readonly charges: Line
}

interface Options {
  readonly databaseUrl: string | undefined
  readonly seconds: number
  readonly say: (line: string) => void
  readonly progress: (line: string) => void
}

const ACCOUNTS = 100_000
const SLICE_MS = 2_000
const PER_SECOND = 200
const CONNECTIONS = 64
const ORDERS_AT_ONCE = 16
const GIVEN_MS_MAX = 120_000
const LOOK_MS = 20
const SIGNING_SECRET = 'the signing secret of the bench, long enough'
/** At its peak everything only queues: latencies are judged below it. */
const SHARE_OF_PEAK = 0.6
/** The second product of the preset. */
const PRODUCT = 2

/**
 * How soon a provider is told that its message is kept, while charges take all that PostgreSQL has, and while they take
 * three fifths of what that was. Every message is
 * signed and about an order of its own, so that what follows from it, credits above all, is done at the same time.
 */
export async function measureHooks({ seconds, ...options }: Options): Promise<Hooks> {
  const { say, progress } = options
  say('Making a database for the run…')
  const ground = await openGround(options.databaseUrl)
  try {
    await fillBooks(ground.owner, ACCOUNTS)
    await ground.seal()
    await layOut(ground)
    const shop = await openShop(ground, ACCOUNTS)
    const till = openTill(ground, ACCOUNTS)
    try {
      await openSandbox(shop)
      const rounds = Math.max(1, Math.round((seconds * 1_000) / SLICE_MS))
      say(`Measuring ${PER_SECOND} messages a second beside charges, ${rounds * 2} s…`)
      const beside = async (name: string, charge: Contender): Promise<Beside> => {
        const acks: Slice[] = []
        const charges: Slice[] = []
        // The first is not counted: whatever is done for the first time takes its time.
        for (let round = 0; round <= rounds; round++) {
          progress(`${name}: round ${round} of ${rounds}`)
          const paid = await order(shop, (PER_SECOND * SLICE_MS) / 1_000)
          const both = await Promise.all([
            shop.hook(paid, { perSecond: PER_SECOND, connections: CONNECTIONS }, SLICE_MS),
            charge.run(SLICE_MS),
          ])
          if (round === 0) continue
          acks.push(both[0])
          charges.push(both[1])
        }
        return {
          acks: lineOf({ name: `hooks_${name}`, callers: CONNECTIONS }, acks),
          charges: lineOf({ name: `teller_${name}`, callers: charge.callers }, charges),
        }
      }
      const full = await beside('full', till.charge('uniform'))
      progress('waiting until all is given')
      const givenAfterMs = await allGiven(ground.owner)
      const pace = Math.round(full.charges.perSecond * SHARE_OF_PEAK)
      const paced = await beside('paced', till.paced('uniform', pace))
      await allGiven(ground.owner)
      return { postgres: ground.postgres, paced, full, givenAfterMs }
    } finally {
      await till.close()
      await shop.close()
    }
  } finally {
    await ground.close()
  }
}

/** Something to buy, as any installation lays it out. */
async function layOut({ url }: Ground): Promise<void> {
  const cli = join(ROOT_FOLDER, 'server/src/app/cli.ts')
  const env = { DATABASE_URL: url, TONGBAO_MODE: 'test', TONGBAO_SECRET: BENCH_SECRET }
  const seed = fork(cli, ['seed', '--preset', 'skyriff', '--json'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env,
  })
  const [code] = await once(seed, 'exit')
  if (code !== 0) throw new Error('there is nothing to buy')
}

const openSandbox = (shop: Shop) =>
  shop.api('PUT', 'admin/channels/sandbox/main', {
    ...{ merchant: 'bench', livemode: false, enabled: true, settings: {} },
    secrets: { signing_secret: SIGNING_SECRET },
  })

/** So many orders that wait to be paid, each of a customer of its own. */
async function order(shop: Shop, count: number): Promise<Paid[]> {
  const paid: Paid[] = []
  let begun = 0
  const lane = async () => {
    while (begun < count) {
      begun += 1
      const wish = { external_id: newKey(), product_id: PRODUCT, pay_channel: 'sandbox' }
      const made = (await shop.api('POST', 'payments/create', wish)) as Created
      const tradeNo = made.payment_id.slice('pay_'.length)
      paid.push({ tradeNo, amount: made.amount, secret: SIGNING_SECRET, merchant: 'bench' })
    }
  }
  await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, lane))
  return paid
}
interface Created {
  readonly payment_id: string
  readonly amount: number
}

/** Every message was about an order that waited for it: whatever is not given is a fault, and ends the run. */
async function allGiven(db: pg.Pool): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < GIVEN_MS_MAX) {
    const { rows } = await db.query(
      `select count(*) filter (where state = 'waiting')::int as waiting,
              (count(*) - (select count(*) from payments.facts where disposition = 'kept'))::int as missing
         from payments.events`,
    )
    if (rows[0].waiting === 0 && rows[0].missing === 0) return performance.now() - begun
    if (rows[0].waiting === 0) throw new Error(`${rows[0].missing} payments were not given`)
    await scheduler.wait(LOOK_MS)
  }
  throw new Error('what was told of was not given in time')
}
