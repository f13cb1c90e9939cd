import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Clock, type Instant, rfc3339 } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import { type Database, inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import { type Signals, signal } from '#kernel/signals'
import { PRICES_CACHED_MS } from './price-limits.ts'
import { keptParams } from './price-params.ts'
import { prices } from './price-refusals.ts'
import { type Params, type PriceLine, type PriceRule, priceOf, ruleFault } from './price-rule.ts'
import {
  insertPrice,
  lockAction,
  newestVersion,
  type PriceVersion,
  readPrices,
} from './price-store.ts'

/** The word nodes say to each other when a price was published. */
const PRICES_CHANGED = 'credits.prices_changed'

export interface PriceBook {
  /** The version that holds at this instant; undefined where the action has no price then. */
  inForce(action: string, at: Instant): Promise<PriceVersion | undefined>
  /** What every action costs at this instant, by action. */
  allInForce(at: Instant): Promise<PriceVersion[]>
}

interface BookDeps {
  readonly db: Database
  readonly signals: Signals
  /** Machine time, for the age of what is remembered: business time may be moved. */
  readonly machineMs: () => number
}

type Pages = ReadonlyMap<string, readonly PriceVersion[]>

/** Remembers the whole book, future pages too, so that a price comes into force without a word. */
export function openPriceBook(deps: BookDeps): PriceBook {
  let kept: { readonly pages: Promise<Pages>; readonly readMs: number } | undefined
  const forget = (): void => {
    kept = undefined
  }
  deps.signals.on(PRICES_CHANGED, forget)
  // Whatever was said while the line was down is lost, so nothing remembered from before counts.
  deps.signals.onConnected(forget)

  const pages = (): Promise<Pages> => {
    if (!deps.signals.connected) return readPages(deps.db)
    if (kept && deps.machineMs() - kept.readMs < PRICES_CACHED_MS) return kept.pages
    // All who ask meanwhile await one reading; a word that comes during it makes the next ask anew.
    const reading = { pages: readPages(deps.db), readMs: deps.machineMs() }
    kept = reading
    reading.pages.catch(() => {
      if (kept === reading) forget()
    })
    return reading.pages
  }

  return {
    inForce: async (action, at) => holding((await pages()).get(action), at),
    allInForce: async (at) =>
      [...(await pages()).values()].flatMap((versions) => holding(versions, at) ?? []),
  }
}

async function readPages(db: Database): Promise<Pages> {
  const pages = new Map<string, PriceVersion[]>()
  for (const price of await readPrices(db)) {
    const page = pages.get(price.action)
    if (page) page.push(price)
    else pages.set(price.action, [price])
  }
  return pages
}

/** The latest date that has come; of two with the same date the later version. */
const holding = (
  latestFirst: readonly PriceVersion[] | undefined,
  at: Instant,
): PriceVersion | undefined => latestFirst?.find(({ effectiveAt }) => Date.parse(effectiveAt) <= at)

export interface QuoteDeps {
  readonly clock: Clock
  readonly book: PriceBook
  /** The plan an owner is on, for its discount; plans live on a floor above. */
  readonly planOf?: (owner: string) => Promise<string | undefined>
}

export interface QuotedPrice {
  readonly amount: bigint
  readonly priceVersion: number
  readonly terms: readonly PriceLine[]
  /** Of the parameters, what says on which traffic a new price would fall. */
  readonly kept: Params
  /** Whether an owner's first one is free; the amount is what it costs otherwise. */
  readonly firstFree: boolean
}

export type PriceNo = 'action_unknown' | 'params_invalid'

/** What an action costs this owner now. Whoever keeps the answer keeps its price. */
export async function quote(
  deps: QuoteDeps,
  want: {
    readonly action: string
    readonly params: Params
    readonly owner?: string | undefined
  },
): Promise<Outcome<QuotedPrice, PriceNo>> {
  const at = deps.clock.now()
  const price = await deps.book.inForce(want.action, at)
  if (!price) return prices.no('action_unknown', { action: want.action })
  // Asked only where it matters: most rules know no plan, and a charge should not wait for one.
  const asks = want.owner !== undefined && price.rule.discounts.length > 0
  const plan = asks ? await deps.planOf?.(want.owner) : undefined
  const priced = priceOf(price.rule, want.params, { at, plan })
  if (!priced.ok) return priced
  const { credits, terms } = priced.value
  const kept = keptParams(price.rule, want.params)
  const firstFree = price.rule.first_free ?? false
  return done({ amount: credits, priceVersion: price.version, terms, kept, firstFree })
}

interface PublishDeps extends AuditDeps {
  readonly db: Database
}

interface NewPrice {
  readonly action: string
  readonly rule: PriceRule
  /** RFC 3339; left out, from now on. */
  readonly effectiveAt?: string | undefined
  /** The newest version its author knew of, 0 for none: refused when there is a newer one by now. */
  readonly afterVersion?: number | undefined
  readonly reason: string
  readonly actor: Actor
}

export type PublishNo = 'price_rule_invalid' | 'price_effective_past' | 'price_moved_on'

/** Adds a version to an action, or a first price to a new one; what was published before stays as it is. */
export async function publishPrice(
  deps: PublishDeps,
  want: NewPrice,
): Promise<Outcome<PriceVersion, PublishNo>> {
  const fault = ruleFault(want.rule)
  if (fault !== undefined) return prices.no('price_rule_invalid', { at: fault })
  const published = await inTx(deps.db, async (tx) => {
    await lockAction(tx, want.action)
    // Read behind the lock: whoever waited for another publisher is not earlier than that one.
    const now = deps.clock.now()
    const effectiveAt = want.effectiveAt === undefined ? now : Date.parse(want.effectiveAt)
    if (effectiveAt < now) return prices.no('price_effective_past')
    const newest = await newestVersion(tx, want.action)
    if (want.afterVersion !== undefined && want.afterVersion !== newest)
      return prices.no('price_moved_on', { action: want.action, version: newest })

    const price: PriceVersion = {
      action: want.action,
      version: newest + 1,
      rule: want.rule,
      effectiveAt: new Date(effectiveAt).toISOString(),
      publishedAt: rfc3339(now),
      publishedBy: want.actor.id,
      reason: want.reason,
    }
    await insertPrice(tx, price)
    const facts: Facts = {
      action: price.action,
      version: price.version,
      effective_at: price.effectiveAt,
    }
    await writeAudit(tx, deps, want.actor, {
      action: 'credits.price_published',
      target: { kind: 'price', id: price.action },
      before: { version: newest },
      after: facts,
      reason: want.reason,
      result: 'done',
    })
    await tell(tx, deps.clock, { topic: 'credits.price_published', data: facts })
    crashPoint('price.before_commit')
    await signal(tx, PRICES_CHANGED, price.action)
    return done(price)
  })
  crashPoint('price.committed')
  return published
}
