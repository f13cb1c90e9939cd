import { fillBooks } from './books.ts'
import { type Ground, openGround } from './ground.ts'
import { type Contender, type Line, quickest, takeTurns } from './measure.ts'
import { openPgbench } from './pgbench.ts'
import { naive, oneStatement } from './rivals.ts'
import { openShop, type Shop } from './shop.ts'
import { openTill } from './tills.ts'
import { verifyLine } from './verify.ts'

export interface BenchOptions {
  readonly databaseUrl: string | undefined
  /** How long each line is measured, in slices of two seconds. */
  readonly seconds: number
  /** Charges only, which are what everything else is compared with. */
  readonly chargesOnly: boolean
  readonly say: (line: string) => void
  readonly progress: (line: string) => void
}

export interface Run {
  readonly lines: ReadonlyMap<string, Line>
  readonly postgres: string
}

const ACCOUNTS = 100_000
const SPREADS = ['uniform', 'zipf', 'hot'] as const
const FEW_SPREADS = ['uniform', 'hot'] as const
const SLICE_MS = 2_000
const TRY_MS = 1_000
const WARM_MS = 500
const NAIVE_CONNECTIONS = [4, 8, 16, 24]
const PGBENCH_CLIENTS = [8, 16, 24]
const ONE_CONNECTIONS = 16
const HTTP_CONNECTIONS = [256, 512, 1_024]
/** At its peak a server only queues: latencies are judged below it. */
const SHARE_OF_PEAK = 0.6
/** What the goal for reads is set at. */
const READS_PER_SECOND = 2_000

export const pacedReads = (shop: Shop): Contender[] =>
  (['balance', 'history'] as const).map((what) =>
    shop.ask(what, 'uniform', { name: `${what}_paced`, perSecond: READS_PER_SECOND }),
  )

export async function runBench(options: BenchOptions): Promise<Run> {
  options.say('Making a database for the run…')
  const ground = await openGround(options.databaseUrl)
  try {
    options.say(`Filling the books of ${ACCOUNTS} accounts…`)
    await fillBooks(ground.owner, ACCOUNTS)
    await ground.seal()
    const shop = await openShop(ground, ACCOUNTS)
    const till = openTill(ground, ACCOUNTS)
    try {
      const contenders = [
        ...(await rivals(ground, options)),
        ...(await charges(till, shop, options)),
        ...(options.chargesOnly ? [] : others(till, shop)),
      ]
      const lines = await measured(contenders, options)
      if (!options.chargesOnly) await afterwards(lines, ground, shop, options)
      return { lines, postgres: ground.postgres }
    } finally {
      await till.close()
      await shop.close()
    }
  } finally {
    await ground.close()
  }
}

const roundsOf = (seconds: number): number => Math.max(1, Math.round((seconds * 1_000) / SLICE_MS))

async function measured(
  contenders: readonly Contender[],
  { seconds, say, progress }: BenchOptions,
): Promise<Map<string, Line>> {
  say(`Measuring ${contenders.length} lines, ${seconds} s each…`)
  for (const contender of contenders) {
    progress(`warming up ${contender.name}`)
    await contender.run(WARM_MS)
  }
  return takeTurns(contenders, roundsOf(seconds), SLICE_MS, progress)
}

/** What needs to know the peak, and what needs the books to be full. */
async function afterwards(
  lines: Map<string, Line>,
  ground: Ground,
  shop: Shop,
  { seconds, progress }: BenchOptions,
): Promise<void> {
  const perSecond = (lines.get('http_uniform')?.perSecond ?? 0) * SHARE_OF_PEAK
  const paced = shop.ask('charge', 'uniform', { name: 'http_paced', perSecond })
  await ground.seal()
  for (const contenders of [[paced], pacedReads(shop)]) {
    // Twice as many slices: one stall of the machine is more than a hundredth of one.
    const rounds = 2 * roundsOf(seconds)
    for (const [name, line] of await takeTurns(contenders, rounds, SLICE_MS, progress))
      lines.set(name, line)
    await ground.rest()
  }
  progress('verifying the books')
  const verify = await verifyLine(ground)
  lines.set(verify.name, verify)
}

/** Each with the number of connections that suits it best here, as our own doors have. */
async function rivals(ground: Ground, options: BenchOptions): Promise<Contender[]> {
  options.say('Finding the best number of connections for the others…')
  const pool = ground.pool(Math.max(...NAIVE_CONNECTIONS)).pg
  const best = (ways: readonly Contender[]) => quickest(ways, TRY_MS, options.progress)
  const pgbench = await openPgbench(ground.url)
  const spreads = options.chargesOnly ? FEW_SPREADS : SPREADS
  const contenders: Contender[] = pgbench ? [await best(PGBENCH_CLIENTS.map(pgbench))] : []
  for (const spread of spreads) {
    const ways = NAIVE_CONNECTIONS.map((count) => naive(pool, spread, ACCOUNTS, count))
    contenders.push(await best(ways))
    if (spread === 'uniform' || !options.chargesOnly)
      contenders.push(oneStatement(pool, spread, ACCOUNTS, ONE_CONNECTIONS))
  }
  if (!options.chargesOnly) contenders.push(oneStatement(pool, 'uniform', ACCOUNTS, 1))
  return contenders
}

async function charges(
  till: ReturnType<typeof openTill>,
  shop: Shop,
  options: BenchOptions,
): Promise<Contender[]> {
  const contenders: Contender[] = []
  for (const spread of options.chargesOnly ? FEW_SPREADS : SPREADS) {
    const ways = HTTP_CONNECTIONS.map((connections) => shop.ask('charge', spread, { connections }))
    contenders.push(till.charge(spread), await quickest(ways, TRY_MS, options.progress))
  }
  return contenders
}

function others(till: ReturnType<typeof openTill>, shop: Shop): Contender[] {
  return [
    till.charge('uniform', 1),
    shop.ask('charge', 'uniform', { connections: 1, name: 'http_lone' }),
    till.holds(),
    till.grants(),
    shop.ask('balance', 'uniform', { name: 'balance' }),
    shop.ask('history', 'uniform', { name: 'history' }),
  ]
}
