import type { Instant } from '#kernel/clock'
import { inTx } from '#kernel/db'
import { findAccount, openAccount } from './account-store.ts'
import { applyPayment } from './apply-payment.ts'
import { type Attempt, askedOf, canBePaid, isForgotten, isOver, nextAskAt } from './attempt.ts'
import { askAttemptAgain, moveAttempt } from './attempt-store.ts'
import type { View } from './channel.ts'
import { LATE_MS } from './limits.ts'
import { hidePayer } from './payer.ts'
import type { PaymentsDeps } from './start-attempt.ts'

/** How an attempt stands, by the provider's own word; a success is a fact like any other. */
export async function askAttempt(
  deps: PaymentsDeps,
  attempt: Attempt,
): Promise<View['state'] | 'unknown'> {
  const channel = deps.channels.get(attempt.channel)
  const account = await findAccount(deps.db, attempt.channel, attempt.account)
  if (!channel || !account) return 'unknown'
  const said = await channel.query(openAccount(deps.ring, account), askedOf(attempt))
  const now = deps.clock.now()
  if (said.said !== 'yes') {
    const isGivenUp = !canBePaid(attempt) && isForgotten(attempt, now)
    const askAt = isGivenUp ? undefined : nextAskAt(attempt.asked, now)
    await askAttemptAgain(deps.db, attempt.id, askAt)
    return 'unknown'
  }
  const view = said.value
  if (view.state === 'paid') {
    await applyPayment(deps, hidePayer(deps.ring, account.channel, view.fact), {
      account,
      source: 'pull',
    })
    // Paid with what fits nothing, it waits for a person; its order must not wait with it.
    await endAttempt(deps, attempt, 'fail', undefined)
    await askAttemptAgain(deps.db, attempt.id, undefined)
  } else if (view.state === 'closed' || view.state === 'failed')
    await endAttempt(deps, attempt, view.state === 'closed' ? 'close' : 'fail', undefined)
  // What is on its way at the provider, as a bank's debit is for days, is not over because we are.
  else if (view.state === 'not_there' && isOver(attempt, now) && canBePaid(attempt))
    await endAttempt(deps, attempt, 'close', undefined)
  else await askAttemptAgain(deps.db, attempt.id, nextAskTime(attempt, now), soOf(view))
  return view.state
}

const soOf = (view: View) => (view.state === 'open' ? view.so : undefined)

/** Nobody asks any more once nobody can pay. */
const nextAskTime = (attempt: Attempt, now: Instant): Instant | undefined =>
  isOver(attempt, now) && !canBePaid(attempt) ? undefined : nextAskAt(attempt.asked, now)

/** The attempt is over, and whoever ordered it hears of it, in one transaction. */
export async function endAttempt(
  deps: PaymentsDeps,
  attempt: Attempt,
  event: 'close' | 'fail',
  askAt: Instant | undefined,
): Promise<void> {
  await inTx(deps.db, async (tx) => {
    const at = deps.clock.now()
    if (await moveAttempt(tx, attempt.id, event, { at, askAt }))
      await deps.payee.ended(tx, attempt, event === 'close' ? 'closed' : 'failed')
  })
}

/**
 * Ends an attempt at the provider. What the provider does not know, as a QR code that nobody has scanned, stays payable
 * there: it is asked for until that is over, and a late success is a fact like any other.
 */
export async function closeAttempt(deps: PaymentsDeps, attempt: Attempt): Promise<void> {
  if (!canBePaid(attempt)) return
  const channel = deps.channels.get(attempt.channel)
  const account = await findAccount(deps.db, attempt.channel, attempt.account)
  if (!channel || !account) return
  const opened = openAccount(deps.ring, account)
  const said = await channel.close(opened, askedOf(attempt))
  const again = () =>
    askAttemptAgain(deps.db, attempt.id, nextAskAt(attempt.asked, deps.clock.now()))
  if (said.said === 'unknown') return again()
  // A "no" may mean that it is open, or that we may not ask: only what is seen of it counts.
  if (said.said === 'no') return (await askAttempt(deps, attempt)) === 'open' ? again() : undefined
  if (said.value === 'paid') {
    await askAttempt(deps, attempt)
    return
  }
  const late = (attempt.expiresAt + LATE_MS) as Instant
  const isPayable = said.value === 'not_there' && late > deps.clock.now()
  await endAttempt(deps, attempt, 'close', isPayable ? late : undefined)
}
