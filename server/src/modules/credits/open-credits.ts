import { type AuditDeps, systemActor } from '#audit'
import { findKeyCap } from '#identity'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import type { Hearing } from '#kernel/outbox'
import type { Route } from '#kernel/routes'
import type { Signals } from '#kernel/signals'
import { balanceAt, captureCosts, type Teller } from '#ledger'
import type { ProposalKind } from '#proposals'
import { accounts } from './account.ts'
import { bookRoutes } from './book-routes.ts'
import { handKinds } from './by-hand.ts'
import { charge } from './charge.ts'
import { chargeRoutes } from './charge-routes.ts'
import { concludeTopUp } from './conclude-top-up.ts'
import type { Desk } from './deps.ts'
import { openFirsts } from './first-free.ts'
import { foreverRoutes } from './forever-routes.ts'
import { grantRoutes } from './grant-routes.ts'
import type { SpendCap } from './guard.ts'
import { guardRoutes } from './guard-routes.ts'
import { findGuard, readGuards } from './guard-store.ts'
import { holdRoutes } from './hold-routes.ts'
import { keyMakers } from './key-makers.ts'
import { openKnown } from './known.ts'
import { KEYS_REMEMBERED_MAX } from './limits.ts'
import { ownerRoutes } from './owner-routes.ts'
import { openPriceBook, quote } from './price-book.ts'
import { CAPTURES_LOOKED_AT } from './price-limits.ts'
import { priceRoutes } from './price-routes.ts'
import { readRoutes } from './read-routes.ts'
import { TOP_UPS_CHANGED } from './set-auto-top-up.ts'
import { GUARDS_CHANGED } from './set-guard.ts'
import { signUpHearings } from './sign-up-credits.ts'
import { isTopUpDue, watchTopUps } from './start-top-up.ts'
import { storyRoutes } from './story-routes.ts'
import { topUpRoutes } from './top-up-routes.ts'
import { findRule, readRules } from './top-up-store.ts'
import { listTraffic } from './traffic-store.ts'

interface CreditsDeps extends AuditDeps {
  readonly db: Database
  readonly teller: Teller
  readonly signals: Signals
  readonly log: Log
  /** Machine time, for the age of what is remembered. */
  readonly machineMs: () => number
  readonly grantLimit: number
  /** What everybody new begins with; 0 where nobody is given anything. */
  readonly signUpCredits: number
  /** What is on sale and gives so much at least. */
  readonly wouldDo: Desk['wouldDo']
}

interface Credits {
  readonly routes: readonly Route[]
  readonly hearings: readonly Hearing[]
  /** For a part of the house that charges like any app: guarded, under a key of its own. */
  readonly spend: (
    owner: string,
    what: {
      readonly asset: string
      readonly key: string
      readonly amount: bigint
      readonly description: string
    },
  ) => ReturnType<typeof charge>
  /** Whether a top-up that was due still is: nobody has ended it, and its owner's rule still says so. */
  readonly isTopUpDue: (id: string) => Promise<boolean>
  /** How a top-up that was due has ended; told again, it stays as it was. */
  readonly concludeTopUp: (id: string, result: 'paid' | 'declined') => Promise<void>
  /** What a second person may have to decide. */
  readonly proposalKinds: readonly ProposalKind[]
}

export function openCredits(deps: CreditsDeps): Credits {
  const book = openPriceBook(deps)
  const topUpRules = openKnown({
    ...deps,
    word: TOP_UPS_CHANGED,
    readAll: () => readRules(deps.db),
    readOne: (owner) => findRule(deps.db, owner),
  })
  const desk: Desk = {
    ...deps,
    quote: (want) => quote({ clock: deps.clock, book }, want),
    whichAccount: accounts(deps),
    makerOf: keyMakers(deps.db),
    firsts: openFirsts(deps.db),
    guards: openKnown({
      ...deps,
      word: GUARDS_CHANGED,
      readAll: () => readGuards(deps.db),
      readOne: (owner) => findGuard(deps.db, owner),
    }),
    keyCap: keyCaps(deps.db),
    topUpRules,
    watchTopUp: watchTopUps(deps, topUpRules),
  }
  return {
    spend: (owner, { asset, key, amount, description }) =>
      charge(
        desk,
        { owner, asset },
        { amount: Number(amount), description },
        { key, request: key, actor: 'checkout' },
        { actor: systemActor('checkout'), cap: undefined },
      ),
    isTopUpDue: (id) => isTopUpDue(deps.db, id),
    concludeTopUp: async (id, result) => {
      const ended = await concludeTopUp(deps, id, result, systemActor('checkout'))
      if (!ended.ok)
        deps.log.warn(
          { top_up_id: id, result, code: ended.refusal.code },
          'a top-up ended otherwise',
        )
    },
    hearings: signUpHearings(deps),
    proposalKinds: handKinds(desk),
    routes: [
      ...chargeRoutes(desk),
      ...holdRoutes(desk),
      ...grantRoutes(desk),
      ...readRoutes(desk),
      ...storyRoutes(desk),
      ...bookRoutes(desk),
      ...ownerRoutes(desk),
      ...foreverRoutes(),
      ...guardRoutes(desk),
      ...topUpRoutes(desk),
      ...priceRoutes({
        ...desk,
        book,
        historyOf: (action) => captureCosts(deps.db, action, CAPTURES_LOOKED_AT),
        trafficOf: (action, from, to) => listTraffic(deps.db, action, from, to),
        availableOf: async (owner) =>
          (await balanceAt(deps.db, { owner, asset: 'credit' }, deps.clock.now())).available,
        hadFirst: (owner, action) => desk.firsts.find({ owner, asset: 'credit' }, action),
      }),
    ],
  }
}

/** A key's cap is given when it is made and never changed, so what is remembered cannot go stale. */
function keyCaps(db: Database): Desk['keyCap'] {
  const known = new Map<string, SpendCap | undefined>()
  return async (keyId) => {
    if (known.has(keyId)) return known.get(keyId)
    const cap = await findKeyCap(db, keyId)
    if (known.size >= KEYS_REMEMBERED_MAX) known.clear()
    known.set(keyId, cap)
    return cap
  }
}
