import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, Instant } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import type { Database } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import type { JobKind } from '#kernel/jobs'
import { CELLS, dueAccounts, rollUp, sealBlocks, type Teller } from '#ledger'
import { forgetSpending } from './guard-store.ts'
import {
  BLOCKS_AT_ONCE_MAX,
  DUE_ROWS_MAX,
  ROLL_UP_BREATH_MS,
  SPENDING_KEPT_DAYS,
} from './limits.ts'
import { startDueTopUps } from './start-top-up.ts'
import { gatherTraffic } from './traffic.ts'

export interface JobDeps {
  readonly db: Database
  readonly clock: Clock
  readonly teller: Teller
  readonly newId: NewId
}

export const creditsJobs = (deps: JobDeps): JobKind<object>[] => [
  {
    name: 'credits.expire',
    cron: '* * * * *',
    run: async () => {
      await expireDue(deps)
    },
  },
  {
    // The sealer's second hand does this all the time; here it is done even when no node has one.
    name: 'credits.seal',
    cron: '* * * * *',
    run: async () => {
      await sealBlocks(deps.db)
    },
  },
  {
    name: 'credits.roll_up',
    cron: '* * * * *',
    run: async () => {
      await rollUpBooks(deps, breathe)
      await gatherTraffic(deps, breathe)
    },
  },
  {
    name: 'credits.top_up',
    cron: '* * * * *',
    run: async () => {
      await startDueTopUps(deps)
    },
  },
  {
    name: 'credits.forget_spending',
    cron: '41 3 * * *',
    run: () =>
      forgetSpending(deps.db, (deps.clock.now() - SPENDING_KEPT_DAYS * 86_400_000) as Instant),
  },
]

const breathe = () => wait(ROLL_UP_BREATH_MS)

/** Adds up what was sealed since the last time, some blocks a transaction: stopped half way, it goes on there. */
export async function rollUpBooks(
  { db }: Pick<JobDeps, 'db'>,
  afterEach = async () => {},
): Promise<void> {
  for (let cell = 0; cell < CELLS; cell++)
    for (let blocks = BLOCKS_AT_ONCE_MAX; blocks === BLOCKS_AT_ONCE_MAX; ) {
      blocks = await rollUp(db, cell, BLOCKS_AT_ONCE_MAX)
      if (blocks > 0) await afterEach()
    }
}

/**
 * Writes down what time has done, the longest overdue first. Every balance is right without it; stopped half
 * way, the next run goes on where this one was. Returns how many accounts it settled.
 */
export async function expireDue({ db, clock, teller }: Omit<JobDeps, 'newId'>): Promise<number> {
  const now = clock.now()
  const broken: unknown[] = []
  let settled = 0
  for (let cell = 0; cell < CELLS; cell++) {
    for (;;) {
      const due = await dueAccounts(db, cell, now, DUE_ROWS_MAX)
      const answers = await Promise.allSettled(
        due.map((account) => teller.post({ kind: 'expire', ...account })),
      )
      const told = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const lines = told.reduce((sum, one) => sum + (one.ok ? Number(one.detail['settled']) : 0), 0)
      settled += told.filter(({ ok }) => ok).length
      broken.push(...answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])))
      if (lines > 0) crashPoint('expiry.midway')
      // A ledger that is busy refuses: leave the rest to the next minute rather than press on.
      if (told.some(({ ok }) => !ok)) return settled
      // An account may have more than is settled at once, so the page is asked for until it moves nothing.
      if (lines === 0) break
    }
  }
  // One account that cannot be settled keeps nobody else's from being settled, and is not passed over in silence.
  if (broken.length > 0) throw broken[0]
  return settled
}
