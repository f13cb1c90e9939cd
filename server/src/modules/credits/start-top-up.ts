import type { Clock, Instant } from '#kernel/clock'
import { type Database, inTx, isUnavailable, type Tx } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import { tell } from '#kernel/outbox'
import { balanceAt } from '#ledger'
import { findGuard } from './guard-store.ts'
import type { Known } from './known.ts'
import { TOP_UP_ASKED_EVERY_MS, TOP_UP_RULES_MAX, TOP_UPS_REMEMBERED_MAX } from './limits.ts'
import { hasLapsed, mayTopUp, type TopUp, type TopUpPast, type TopUpRule } from './top-up.ts'
import {
  concludeRow,
  findRule,
  findTopUp,
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

/** For whoever charges a card long after it was due: in flight still, wanted still, and nobody has frozen its owner. */
export async function isTopUpDue(db: Database, id: string): Promise<boolean> {
  const topUp = await findTopUp(db, id)
  if (topUp?.state !== 'in_flight') return false
  const rule = await findRule(db, topUp.owner)
  if (!rule?.isEnabled || rule.product !== topUp.product) return false
  return !(await findGuard(db, topUp.owner))?.frozen
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

export function watchTopUps(deps: Deps, rules: Known<TopUpRule>): WatchTopUp {
  // Below the threshold every charge would ask again what cannot have changed much.
  const askedAt = new Map<string, Instant>()
  const wasAsked = (owner: string, now: Instant): boolean => {
    const at = askedAt.get(owner)
    return at !== undefined && at <= now && now < at + TOP_UP_ASKED_EVERY_MS
  }
  return async (owner, asset, available) => {
    if (asset !== TOPPED_UP_ASSET) return
    try {
      const rule = await rules.of(owner)
      const now = deps.clock.now()
      if (!rule?.isEnabled || available >= rule.threshold || wasAsked(owner, now)) return
      await startTopUp(deps, owner)
      if (askedAt.size >= TOP_UPS_REMEMBERED_MAX) askedAt.clear()
      askedAt.set(owner, now)
    } catch (error) {
      // What was posted stays posted and must be answered; the minute's look finds this owner again.
      if (!isUnavailable(error)) throw error
    }
  }
}

/** The minute's look, for whatever no charge noticed: credits that ran out, an hour that is over. */
export async function startDueTopUps(deps: Deps): Promise<void> {
  const faults: unknown[] = []
  let after = ''
  for (;;) {
    const page = await listRuled(deps.db, after, TOP_UP_RULES_MAX)
    for (const { owner, rule } of page) {
      after = owner
      try {
        await startIfLow(deps, owner, rule)
      } catch (error) {
        // What is wrong with one owner keeps no other from being looked at.
        if (isUnavailable(error)) throw error
        faults.push(error)
      }
    }
    if (page.length < TOP_UP_RULES_MAX) break
  }
  if (faults.length > 0) throw new AggregateError(faults, 'some owners could not be topped up')
}

async function startIfLow(deps: Deps, owner: string, { threshold }: TopUpRule): Promise<void> {
  const account = { owner, asset: TOPPED_UP_ASSET }
  const { available } = await balanceAt(deps.db, account, deps.clock.now())
  if (available < threshold) await startTopUp(deps, owner)
}

export async function findTopUpView(deps: Deps, owner: string) {
  const rule = await findRule(deps.db, owner)
  const now = deps.clock.now()
  return rule && { rule, past: await readPast(deps.db, owner, now), now }
}
