import type { Instant } from '#kernel/clock'
import { isUnavailable } from '#kernel/db'
import { MINOR_MAX } from '#kernel/money'
import type { Outcome, Refusal } from '#kernel/outcome'
import type { AccountName, Posted } from '#ledger'
import type { Desk } from './deps.ts'
import { resetsAt, type SpendCap, type Window, windowsOf } from './guard.ts'
import { giveBack, reserve } from './guard-store.ts'
import type { Intent } from './intent.ts'
import { type PostNo, replayOf } from './post-command.ts'
import { credits } from './refusals.ts'
import { timeOf } from './shapes.ts'

/** What products give. */
const BOUGHT_ASSET = 'credit'

export type GuardNo = 'owner_frozen' | 'spend_cap_reached'

interface Leaving {
  readonly account: AccountName
  readonly amount: bigint
  readonly intent: Intent
  /** Of the key that asks, where it has one. */
  readonly cap: SpendCap | undefined
  /** Posts it only if it costs nothing, which no cap forbids. */
  readonly ifFree?: (() => Promise<Outcome<Posted, never> | undefined>) | undefined
}

/**
 * Posts what takes value from an owner, unless the owner is frozen or a cap is reached. Counts before it posts:
 * should this process die in between, a cap counts too much until its window ends, never too little.
 */
export async function guarded<Code extends string>(
  desk: Desk,
  leaving: Leaving,
  post: () => Promise<Outcome<Posted, Code>>,
): Promise<Outcome<Posted, Code | GuardNo | PostNo>> {
  const { account, amount, intent, cap } = leaving
  const guard = await desk.guards.of(account.owner)
  // A repeat is answered as it was the first time, whatever has been forbidden since.
  if (guard?.frozen)
    return (await replayOf(desk.teller, account, intent)) ?? credits.no('owner_frozen')
  const now = desk.clock.now()
  const windowsAt = (at: Instant) =>
    windowsOf({ account, guard, key: { id: intent.actor, cap } }, at)
  const windows = windowsAt(now)
  if (windows.length === 0 || amount < 1n) return watched(desk, account, await post())
  const full = await reserve(desk.db, account.asset, windows, amount)
  if (full)
    return (
      (await replayOf(desk.teller, account, intent)) ??
      (await leaving.ifFree?.()) ?? { ok: false, refusal: reached(full, now) }
    )
  const outcome = await post()
  await afterwards(desk, async () => {
    if (!hasSpent(outcome)) return giveBack(desk.db, account.asset, windows, amount)
    if (!outcome.ok) return
    // Whoever gives it back asks its entry when it was spent; that may be the next day already.
    const then = windowsAt(outcome.value.at as Instant)
    if (then.every(({ starts }, i) => starts === windows[i]?.starts)) return
    await giveBack(desk.db, account.asset, windows, amount)
    await reserve(desk.db, account.asset, unlimited(then), amount)
  })
  return watched(desk, account, outcome)
}

/** What was posted stays posted and must be answered; a cap that is wrong for it is right again when its window ends. */
async function afterwards(desk: Desk, count: () => Promise<void>): Promise<void> {
  try {
    await count()
  } catch (error) {
    if (!isUnavailable(error)) throw error
    desk.log.warn({ err: error }, 'a spend cap could not be counted')
  }
}

const unlimited = (windows: readonly Window[]) =>
  windows.map((window) => ({ ...window, max: 2n * MINOR_MAX }))

/** What has left may have left too little; who had too little is told what would do. */
async function watched<Code extends string>(
  desk: Desk,
  { owner, asset }: AccountName,
  outcome: Outcome<Posted, Code>,
): Promise<Outcome<Posted, Code>> {
  if (!outcome.ok && outcome.refusal.code === 'insufficient_credits' && asset === BOUGHT_ASSET) {
    const { refusal } = outcome
    const top_up = await desk.wouldDo(BigInt(Number(refusal.facts['missing'] ?? 0)))
    return { ok: false, refusal: { ...refusal, facts: { ...refusal.facts, top_up } } }
  }
  if (outcome.ok && !outcome.value.replayed)
    await desk.watchTopUp(owner, asset, outcome.value.balance.available)
  return outcome
}

/** Counts what has left already: too late to refuse it, so a cap may be exceeded by it. */
export async function countAnyway(desk: Desk, leaving: Leaving): Promise<void> {
  const { account, amount, intent, cap } = leaving
  await afterwards(desk, async () => {
    const guard = await desk.guards.of(account.owner)
    const key = { id: intent.actor, cap }
    const windows = windowsOf({ account, guard, key }, desk.clock.now())
    if (windows.length > 0) await reserve(desk.db, account.asset, unlimited(windows), amount)
  })
}

/** Where nobody knows whether it was spent, it stays counted; the same key finds out. */
const hasSpent = (outcome: Outcome<Posted>): boolean =>
  outcome.ok
    ? !outcome.value.replayed && outcome.value.detail['free'] !== true
    : outcome.refusal.code === 'unavailable'

function reached(
  { window, spent }: { readonly window: Window; readonly spent: bigint },
  now: Instant,
): Refusal<'spend_cap_reached'> {
  const { of, every, max } = window
  const resets = resetsAt(every, now)
  return credits.no('spend_cap_reached', {
    cap: { of, every, amount: Number(max) },
    spent: Number(spent),
    resets_at: timeOf(resets),
    retry_after_s: Math.ceil((resets - now) / 1_000),
  }).refusal
}

/** What was spent at an instant, by somebody, has come back: its windows have that much more room. */
export async function uncount(
  desk: Desk,
  spent: {
    readonly account: AccountName
    readonly at: Instant
    readonly actor: string | null
    readonly amount: bigint
  },
): Promise<void> {
  const { account, at, actor, amount } = spent
  if (amount < 1n) return
  await afterwards(desk, async () => {
    const found = await desk.guards.of(account.owner)
    const since = found?.cappedSince
    const guard = since !== undefined && at >= since ? found : undefined
    const cap = actor === null ? undefined : await desk.keyCap(actor)
    const key = actor === null ? undefined : { id: actor, cap }
    const windows = windowsOf({ account, guard, key }, at)
    if (windows.length > 0) await giveBack(desk.db, account.asset, windows, amount)
  })
}
