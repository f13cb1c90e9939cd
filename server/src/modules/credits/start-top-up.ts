import type { Clock, Instant } from '#kernel/clock'
import { type Database, inTx, isUnavailable, type Tx } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import { tell } from '#kernel/outbox'
import { balanceAt } from '#ledger'
import { findGuard } from './guard-store.ts'
import type { Known } from './known.ts'
import { TOP_UP_RULES_MAX } from './limits.ts'
import { hasLapsed, mayTopUp, type TopUp, type TopUpPast, type TopUpRule } from './top-up.ts'
import {
  concludeRow,
  findRule,
  insertTopUp,
  listRuled,
  lockRule,
  readPast,
} from './top-up-store.ts'

/** Cards are charged for credits alone. */
const TOPPED_UP_ASSET = 'credit'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
}

/** Begins an attempt if the owner's rule wants one now. The event that asks for it and its row are one fact. */
export function startTopUp(deps: Deps, owner: string): Promise<TopUp | undefined> {
  return inTx(deps.db, async (tx) => {
    const rule = await lockRule(tx, owner)
    const now = deps.clock.now()
    if (!rule?.isEnabled) return undefined
    const { available } = await balanceAt(tx, { owner, asset: TOPPED_UP_ASSET }, now)
    if (available >= rule.threshold) return undefined
    if (!mayTopUp(rule, await readSettled(tx, owner, now), now)) return undefined
    // Nobody's card pays for credits that cannot be spent.
    if ((await findGuard(tx, owner))?.frozen) return undefined

    const topUp: TopUp = {
      ...{ id: deps.newId('top'), owner, product: rule.product, state: 'in_flight' },
      ...{ startedAt: now, concludedAt: undefined },
    }
    if (!(await insertTopUp(tx, topUp))) return undefined
    await tell(tx, deps.clock, {
      topic: 'credits.top_up_due',
      owner,
      data: {
        top_up_id: topUp.id,
        product: rule.product,
        threshold: Number(rule.threshold),
        available: Number(available),
      },
    })
    return topUp
  })
}

/** The attempts so far; one that nobody concluded in time ends here. */
async function readSettled(tx: Tx, owner: string, now: Instant): Promise<TopUpPast> {
  const past = await readPast(tx, owner, now)
  if (!past.inFlight || !hasLapsed(past.inFlight, now)) return past
  await concludeRow(tx, past.inFlight.id, 'lapse', now)
  return { ...past, inFlight: undefined }
}

/** Looks after whatever has just left an owner's account. */
export type WatchTopUp = (owner: string, asset: string, available: bigint) => Promise<void>

export const watchTopUps =
  (deps: Deps, rules: Known<TopUpRule>): WatchTopUp =>
  async (owner, asset, available) => {
    if (asset !== TOPPED_UP_ASSET) return
    try {
      const rule = await rules.of(owner)
      if (rule?.isEnabled && available < rule.threshold) await startTopUp(deps, owner)
    } catch (error) {
      // What was posted stays posted and must be answered; the minute's look finds this owner again.
      if (!isUnavailable(error)) throw error
    }
  }

/** The minute's look, for whatever no charge noticed: credits that ran out, an hour that is over. */
export async function startDueTopUps(deps: Deps): Promise<number> {
  let started = 0
  let after = ''
  for (;;) {
    const page = await listRuled(deps.db, after, TOP_UP_RULES_MAX)
    for (const { owner, rule } of page) {
      const now = deps.clock.now()
      const { available } = await balanceAt(deps.db, { owner, asset: TOPPED_UP_ASSET }, now)
      if (available < rule.threshold && (await startTopUp(deps, owner))) started += 1
      after = owner
    }
    if (page.length < TOP_UP_RULES_MAX) return started
  }
}

export async function findTopUpView(deps: Deps, owner: string) {
  const rule = await findRule(deps.db, owner)
  const now = deps.clock.now()
  return rule && { rule, past: await readPast(deps.db, owner, now), now }
}
