import { isUnavailable } from '#kernel/db'
import { findAccount, type KeptAccount } from './account-store.ts'
import { applyDispute } from './apply-dispute.ts'
import { applyPayment, type From } from './apply-payment.ts'
import { applyRefund } from './apply-refund.ts'
import { applyTransfer } from './apply-transfer.ts'
import { askAttempt, endAttempt } from './ask-attempt.ts'
import { nextAskAt } from './attempt.ts'
import { findByTradeNo } from './attempt-store.ts'
import { delayEvent, endEvent, type HookEvent } from './event-store.ts'
import type { Fact, RefundFact } from './fact.ts'
import { EVENT_ATTEMPTS_MAX } from './limits.ts'
import { lookAtRefund } from './look-at-refund.ts'
import type { PaymentsDeps } from './start-attempt.ts'

/** Does what follows from a message. What cannot be done yet is tried again; what never can waits for a person. */
export async function processEvent(deps: PaymentsDeps, event: HookEvent): Promise<void> {
  const why = await applyAll(deps, event)
  const now = deps.clock.now()
  if (why === undefined) return endEvent(deps.db, event.id, 'done', undefined, now)
  if (why !== MISFIT && event.attempts < EVENT_ATTEMPTS_MAX)
    return delayEvent(deps.db, event.id, nextAskAt(event.attempts, now), why)
  deps.log.error({ module: 'payments', event_id: event.id, why }, 'an event waits for a person')
  await endEvent(deps.db, event.id, 'dead', why, now)
}

/** What fits nothing will not fit later, and is not passed over either. */
const MISFIT = 'fits_nothing'

/** Why it is not done; undefined where it is. */
async function applyAll(deps: PaymentsDeps, event: HookEvent): Promise<string | undefined> {
  const account = await findAccount(deps.db, event.channel, event.account)
  if (!account) return 'account_gone'
  try {
    for (const fact of event.facts) {
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
  if (fact.amount !== undefined) return applyRefund(deps, fact, from)
  const seen = await lookAtRefund(deps, fact, from.account)
  return seen ? applyRefund(deps, seen, from) : 'wait'
}
