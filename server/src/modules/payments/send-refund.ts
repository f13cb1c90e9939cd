import type { Instant } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import type { Facts } from '#kernel/outcome'
import { findAccount, type KeptAccount, openAccount } from './account-store.ts'
import type { From } from './apply-payment.ts'
import { applyRefund, type RefundApplied } from './apply-refund.ts'
import { askedOf, nextAskAt } from './attempt.ts'
import { findAttempt } from './attempt-store.ts'
import type { Account, Channel, RefundAsk } from './channel.ts'
import type { RefundFact } from './fact.ts'
import { findFact, type KeptFact } from './fact-store.ts'
import { lookAtRefund } from './look-at-refund.ts'
import { type Refund, spoken } from './refund.ts'
import { askRefundAgain, findRefundSaid, moveRefund } from './refund-store.ts'
import { hookUrl, type PaymentsDeps } from './start-attempt.ts'

interface Sending {
  readonly channel: Channel
  readonly kept: KeptAccount
  readonly account: Account<Facts, Facts>
  readonly ask: RefundAsk
}

/**
 * Brings a refund on: asks for it, or how it stands where somebody has asked already. A refusal ends it; what nobody
 * knows is asked again, under the same number.
 */
export async function sendRefund(deps: PaymentsDeps, refund: Refund): Promise<void> {
  const sending = await preparing(deps, refund)
  const now = deps.clock.now()
  if (!sending) {
    await askRefundAgain(deps.db, refund.id, nextAskAt(refund.asked, now))
    return
  }
  if (refund.state !== 'approved' && (await knownThere(deps, refund, sending))) return
  // From here on it may have happened, whatever becomes of us.
  await moveRefund(deps.db, refund.id, 'lose', { at: now, askAt: nextAskAt(refund.asked, now) })
  crashPoint('refund.before_send')
  const said = await sending.channel.refund(sending.account, sending.ask)
  crashPoint('refund.sent')
  const from = { account: sending.kept, source: 'pull' } as const
  if (said.said === 'yes') heard(deps, refund, await hearRefund(deps, said.value, from))
  else if (said.said === 'no' && refund.cause === 'sent_back') await insist(deps, refund, said.code)
  else if (said.said === 'no')
    await applyRefund(deps, refusedFact(refund, sending, said.code), from)
  else await askRefundAgain(deps.db, refund.id, nextAskAt(refund.asked, deps.clock.now()))
}

/** What nobody ordered is not ours to keep: refused for now, as for want of money, it is asked for again. */
async function insist(deps: PaymentsDeps, refund: Refund, code: string): Promise<void> {
  deps.log.error(
    { module: 'payments', refund_id: refund.id, code },
    'a payment that has to go back is refused; asking again in an hour',
  )
  const at = deps.clock.now()
  const askAt = (at + INSIST_MS) as Instant
  await moveRefund(deps.db, refund.id, 'refuse', { at, askAt, why: code })
}
const INSIST_MS = 3_600_000

async function preparing(deps: PaymentsDeps, refund: Refund): Promise<Sending | undefined> {
  const channel = deps.channels.get(refund.channel)
  const kept = await findAccount(deps.db, refund.channel, refund.account)
  const fact = await findFact(deps.db, refund.factId)
  const payment = fact && (await paymentOf(deps, fact))
  // Of another merchant's payment this account knows nothing, and its "no" would prove nothing.
  const isSame = kept?.merchant === fact?.merchant
  if (!channel || !kept || !payment || !isSame || refund.refundNo === undefined) return undefined
  return {
    ...{ channel, kept, account: openAccount(deps.ring, kept) },
    ask: {
      ...{ refundNo: refund.refundNo, amount: refund.amount, currency: refund.currency },
      ...{ reason: spoken(refund.reason), notifyUrl: hookUrl(deps, refund) },
      payment,
    },
  }
}

/** As the provider knows it: by what we asked for, or where nobody asked for it by what it has said. */
async function paymentOf(
  deps: PaymentsDeps,
  fact: KeptFact,
): Promise<RefundAsk['payment'] | undefined> {
  const { txn, tradeNo, amount, currency } = fact
  const attempt = fact.attemptId && (await findAttempt(deps.db, fact.attemptId))
  if (attempt) return { ...askedOf(attempt), ...(amount && { amount }), currency, txn }
  if (tradeNo === undefined || amount === undefined) return undefined
  const at = Date.parse(fact.paidAt) as Instant
  return {
    tradeNo,
    txn,
    amount,
    currency,
    ref: undefined,
    method: '',
    createdAt: at,
    expiresAt: at,
  }
}

/** True where the provider knows it: then its word counts, and asking for it once more would add nothing. */
async function knownThere(deps: PaymentsDeps, refund: Refund, sending: Sending): Promise<boolean> {
  const said = await sending.channel.queryRefund(sending.account, sending.ask)
  if (said.said !== 'yes') {
    await askRefundAgain(deps.db, refund.id, nextAskAt(refund.asked, deps.clock.now()))
    return true
  }
  if (said.value.kind === 'not_there') return false
  const applied = await hearRefund(deps, said.value, { account: sending.kept, source: 'pull' })
  heard(deps, refund, applied)
  if (applied === 'repeat')
    await askRefundAgain(deps.db, refund.id, nextAskAt(refund.asked, deps.clock.now()))
  return true
}

/** A message meanwhile has ended it otherwise, and comes again as long as it is in doubt; an answer does not. */
function heard(deps: PaymentsDeps, { id }: Refund, applied: RefundApplied): void {
  if (applied === 'wait')
    deps.log.error(
      { module: 'payments', refund_id: id },
      'what the provider answered of a refund contradicts what it has told',
    )
}

/** The provider's word about a refund, however it came. */
export async function hearRefund(
  deps: PaymentsDeps,
  fact: RefundFact,
  from: From,
): Promise<RefundApplied> {
  const applied = await applyRefund(deps, fact, from)
  return applied === 'doubt' ? settleDoubt(deps, fact, from.account) : applied
}

/** What comes of a word that contradicts another one of about the same time, once the provider has said how it stands. */
export async function settleDoubt(
  deps: PaymentsDeps,
  fact: RefundFact,
  account: KeptAccount,
): Promise<RefundApplied> {
  const refund = await findRefundSaid(deps.db, account.channel, account.name, fact)
  if (!refund) return 'wait'
  const said = await standingThere(deps, refund, fact, account)
  const asked = { account, source: 'pull', asked: true } as const
  if (said === 'nobody_says')
    return isOlder(fact, refund) ? 'repeat' : applyRefund(deps, fact, asked)
  // Not ended is no answer to which end it was.
  if (said === undefined || said.state === 'pending') return 'wait'
  // Some answers bear the time at which it was begun.
  const at = Math.max(said.at, fact.at, refund.saidAt ?? 0) as Instant
  return applyRefund(deps, { ...said, at }, asked)
}

/** Money that has arrived may come back; the other way round is what an old message told late looks like. */
const isOlder = ({ at }: RefundFact, { saidAt, state }: Refund): boolean =>
  saidAt !== undefined && (at < saidAt || (at === saidAt && state === 'failed'))

/** Of one that was begun there, only some channels say anything. */
async function standingThere(
  deps: PaymentsDeps,
  refund: Refund,
  fact: RefundFact,
  account: KeptAccount,
): Promise<RefundFact | 'nobody_says' | undefined> {
  if (refund.refundNo === undefined) {
    if (!deps.channels.get(account.channel)?.lookAtRefund) return 'nobody_says'
    return lookAtRefund(deps, fact, account)
  }
  const sending = await preparing(deps, refund)
  const said = await sending?.channel.queryRefund(sending.account, sending.ask)
  return said?.said === 'yes' && said.value.kind === 'refund' ? said.value : undefined
}

/** The provider says that it has not happened and will not. */
const refusedFact = (
  { refundNo, amount, currency }: Refund,
  { kept, ask }: Sending,
  code: string,
): RefundFact => ({
  ...{ kind: 'refund', refundNo, refund: `refused:${refundNo}:${code}`.slice(0, 64) },
  ...{ txn: ask.payment.txn, tradeNo: ask.payment.tradeNo, amount, currency, state: 'failed' },
  ...{ at: ask.payment.createdAt, why: code, merchant: kept.merchant, livemode: kept.livemode },
})
