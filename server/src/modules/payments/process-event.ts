import { isUnavailable } from '#kernel/db'
import { findMerchant, type KeptAccount } from './account-store.ts'
import { applyDispute } from './apply-dispute.ts'
import { applyPayment, type From } from './apply-payment.ts'
import { applyTransfer } from './apply-transfer.ts'
import { askAttempt, endAttempt } from './ask-attempt.ts'
import { nextAskAt } from './attempt.ts'
import { findByTradeNo } from './attempt-store.ts'
import { buryEvent, delayEvent, endEvents, type HookEvent } from './event-store.ts'
import type { Fact, RefundFact } from './fact.ts'
import { EVENT_ATTEMPTS_MAX } from './limits.ts'
import { lookAtRefund } from './look-at-refund.ts'
import { rightfulAccount } from './rightful-account.ts'
import { hearRefund } from './send-refund.ts'
import type { PaymentsDeps } from './start-attempt.ts'

/**
 * Does what follows from messages, side by side. What is done is said of all of them at once, a commit less for each;
 * should that be lost, they are heard again, which changes nothing.
 */
export async function processEvents(
  deps: PaymentsDeps,
  events: readonly HookEvent[],
): Promise<void> {
  const done = await Promise.allSettled(events.map((one) => processEvent(deps, one)))
  const ids = events.filter((_, nth) => isDone(done[nth])).map(({ id }) => id)
  if (ids.length > 0) await endEvents(deps.db, ids, deps.clock.now())
  for (const one of done) if (one.status === 'rejected') throw one.reason
}

const isDone = (result: PromiseSettledResult<boolean> | undefined): boolean =>
  result?.status === 'fulfilled' && result.value

/** Whether it is done. What cannot be done yet is tried again; what never can waits for a person. */
async function processEvent(deps: PaymentsDeps, event: HookEvent): Promise<boolean> {
  const why = await applyAll(deps, event)
  const now = deps.clock.now()
  if (why === undefined) return true
  if (why !== MISFIT && event.attempts < EVENT_ATTEMPTS_MAX) {
    await delayEvent(deps.db, event.id, nextAskAt(event.attempts, now), why)
    return false
  }
  deps.log.error({ module: 'payments', event_id: event.id, why }, 'an event waits for a person')
  await buryEvent(deps.db, event.id, why, now)
  return false
}

/** What fits nothing will not fit later, and is not passed over either. */
const MISFIT = 'fits_nothing'

/** Why it is not done; undefined where it is. */
async function applyAll(deps: PaymentsDeps, event: HookEvent): Promise<string | undefined> {
  const [heard, ...others] = await findMerchant(deps.db, event.channel, event.account)
  if (!heard) return 'account_gone'
  try {
    for (const fact of event.facts) {
      const account = await rightfulAccount(deps.db, fact, [heard, ...others])
      const applied = await applyFact(deps, fact, account, event.id)
      if (applied === 'wait') return 'not_yet'
      if (applied === 'misfit') return MISFIT
    }
    return undefined
  } catch (error) {
    if (!isUnavailable(error))
      deps.log.error({ module: 'payments', event_id: event.id, err: error }, 'an event broke')
    return isUnavailable(error) ? 'unavailable' : 'broke'
  }
}

async function applyFact(
  deps: PaymentsDeps,
  fact: Fact,
  account: KeptAccount,
  eventId: string,
): Promise<string | undefined> {
  const from = { account, source: 'push', eventId } as const
  switch (fact.kind) {
    case 'payment':
      return applyPayment(deps, fact, from)
    case 'refund':
      return applyRefundSeen(deps, fact, from)
    case 'dispute':
      return applyDispute(deps, fact, from)
    case 'transfer':
      return applyTransfer(deps, fact, from)
    case 'end':
    case 'look': {
      if (fact.merchant !== account.merchant || fact.livemode !== account.livemode) return undefined
      const attempt = await findByTradeNo(deps.db, account.channel, account.name, fact.tradeNo)
      if (!attempt) {
        deps.log.warn(
          { module: 'payments', event_id: eventId },
          'a message is about no order of ours',
        )
        return undefined
      }
      if (fact.kind === 'look') {
        const state = await askAttempt(deps, attempt)
        return state === 'unknown' ? 'wait' : undefined
      }
      await endAttempt(deps, attempt, fact.how === 'closed' ? 'close' : 'fail', undefined)
      return undefined
    }
  }
}

/** A message may say that something went back, and not how much: then the provider is asked, until it says. */
async function applyRefundSeen(deps: PaymentsDeps, fact: RefundFact, from: From): Promise<string> {
  const seen = fact.amount === undefined ? await lookAtRefund(deps, fact, from.account) : fact
  return seen ? hearRefund(deps, seen, from) : 'wait'
}
