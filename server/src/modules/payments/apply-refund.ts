import { crashPoint } from '#kernel/crash-points'
import { inTx, type Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { tell } from '#kernel/outbox'
import type { ApplyDeps, From } from './apply-payment.ts'
import { nextAskAt } from './attempt.ts'
import { beginReturn, refundable } from './begin-refund.ts'
import type { RefundFact } from './fact.ts'
import {
  findFact,
  findSettledFact,
  type KeptFact,
  lockFact,
  moveOfFact,
  payerOf,
  reserveOfFact,
} from './fact-store.ts'
import { OWN_REASON, type Refund } from './refund.ts'
import { REFUND_UNDER_WAY, type RefundEvent, type RefundState } from './refund-states.ts'
import { findRefund, findRefundSaid, findReturn, insertRefund, moveRefund } from './refund-store.ts'

/** `wait`: the payment it is about is not known here yet. `doubt`: the provider has to be asked which word holds. */
export type RefundApplied = 'done' | 'repeat' | 'wait' | 'misfit' | 'doubt'

const EVENT_OF: Readonly<Record<RefundFact['state'], RefundEvent>> = {
  pending: 'submit',
  succeeded: 'succeed',
  failed: 'fail',
  abnormal: 'go_astray',
}

/** The door through which the provider's word about a refund becomes ours, whoever began it. */
export const applyRefund = (
  deps: ApplyDeps,
  fact: RefundFact,
  from: From,
): Promise<RefundApplied> => inTx(deps.db, (tx) => applyRefundIn(tx, deps, fact, from))

/** In the transaction of whoever says it by hand. */
export async function applyRefundIn(
  tx: Tx,
  deps: ApplyDeps,
  fact: RefundFact,
  from: From,
): Promise<RefundApplied> {
  const { account } = from
  if (fact.merchant !== account.merchant || fact.livemode !== account.livemode)
    return misfit(deps, fact, from, 'merchant_other')
  const seen = await findRefundSaid(tx, account.channel, account.name, fact)
  if (!seen) return begunElsewhere(tx, deps, fact, from)
  await lockMoney(tx, deps, seen.factId)
  // Behind the lock nobody moves it but we.
  const known = (await findRefund(tx, seen.id)) ?? seen
  return settleRefund(tx, deps, known, fact, from)
}

/** The provider's number is ours by what it has said; of what contradicts itself nothing follows. */
function contradiction(known: Refund, fact: RefundFact): string | undefined {
  const [ours, said] = [known.refundNo, fact.refundNo]
  if (ours !== undefined && said !== undefined && ours !== said) return 'number_other'
  if (fact.currency !== known.currency) return 'currency_other'
  return fact.amount !== undefined && fact.amount !== known.amount ? 'amount_other' : undefined
}

/** Of a payment that gave nothing nobody has an order to lock, so its fact is. */
async function lockMoney(tx: Tx, { payee }: ApplyDeps, factId: string): Promise<void> {
  await payee.lock(tx, factId)
  await lockFact(tx, factId)
}

/** In the provider's own console: it happened, so it is taken note of, and taken back once. */
async function begunElsewhere(
  tx: Tx,
  deps: ApplyDeps,
  fact: RefundFact,
  from: From,
): Promise<RefundApplied> {
  const { channel, name } = from.account
  const payment = await findSettledFact(tx, channel, name, fact)
  if (!payment) return 'wait'
  if (fact.amount === undefined || fact.currency !== payment.currency)
    return misfit(deps, fact, from, 'amount_unreadable')
  await lockMoney(tx, deps, payment.id)
  // Who said the same at the same time was before us at the lock.
  const meanwhile = await findRefundSaid(tx, channel, name, fact)
  if (meanwhile) return settleRefund(tx, deps, meanwhile, fact, from)
  const { amount } = fact
  const hasRoom = () => reserveOfFact(tx, payment.id, amount)
  if (!((await hasRoom()) || ((await giveWay(tx, deps, payment)) && (await hasRoom()))))
    // One of ours that is under way may yet fail, and make room for it.
    return waiting(deps, fact, from)
  const refund: Refund = {
    ...{ id: deps.newId('ref'), channel, account: name, factId: payment.id },
    ...{ refundNo: fact.refundNo, ref: fact.refund, amount: fact.amount, currency: fact.currency },
    ...{ cause: 'provider', reason: OWN_REASON.refundedThere, askedBy: channel },
    ...{ state: 'submitted', why: undefined, createdAt: deps.clock.now() },
    ...{ settledAt: undefined, saidAt: undefined, asked: 0 },
  }
  const isNew = await insertRefund(tx, refund, undefined)
  invariant(isNew, 'PY1', `two rows for the refund ${fact.refund}`)
  await returnRest(tx, deps, payment.id)
  await deps.payee.refunded(tx, refund, 'begun')
  return fact.state === 'pending' ? 'done' : settleRefund(tx, deps, refund, fact, from)
}

/** What we could not send back, somebody has sent back in the provider's console: ours is for what is left. */
async function giveWay(tx: Tx, deps: ApplyDeps, payment: KeptFact): Promise<boolean> {
  const ours = await findReturn(tx, payment.id)
  if (ours?.state !== 'approved' || ours.why === undefined) return false
  const at = deps.clock.now()
  await moveRefund(tx, ours.id, 'fail', { at, askAt: undefined, why: 'given_way' })
  await moveOfFact(tx, payment.id, { reserved: -ours.amount, refunded: 0n })
  return true
}

/** The rest of what has to go back. */
async function returnRest(tx: Tx, deps: ApplyDeps, id: string): Promise<void> {
  const fact = await findFact(tx, id)
  if (fact?.disposition !== 'sent_back' || (await findReturn(tx, id))) return
  const amount = refundable(fact)
  if (amount < 1n) return
  const reason = OWN_REASON.restOfThat
  await beginReturn(tx, deps, fact, { amount, reason, askedBy: 'payments' })
}

/**
 * What is settled is unsettled by newer words alone: an old message may come late, or once more. But providers count
 * seconds, and date one word by what has happened and the other by when they wrote it down. Which of two ends that are
 * close to each other came last no message says, nor does the order in which they come: who is asked says how it stands.
 */
function newsOf(
  { state, saidAt }: Refund,
  fact: RefundFact,
  asked: true | undefined,
): 'new' | 'old' | 'doubt' {
  if (saidAt === undefined) return 'new'
  const isOtherEnd = fact.state !== 'pending' && fact.state !== state
  if (isOtherEnd && asked) return 'new'
  if (isOtherEnd && Math.abs(fact.at - saidAt) < CLOSE_MS) return 'doubt'
  return fact.at > saidAt ? 'new' : 'old'
}
const CLOSE_MS = 60_000

async function settleRefund(
  tx: Tx,
  deps: ApplyDeps,
  refund: Refund,
  fact: RefundFact,
  from: From,
): Promise<RefundApplied> {
  const why = contradiction(refund, fact)
  if (why) return misfit(deps, fact, from, why)
  const at = deps.clock.now()
  const isUnderWay = REFUND_UNDER_WAY.has(refund.state)
  const news = isUnderWay ? 'new' : newsOf(refund, fact, from.asked)
  if (news !== 'new') return news === 'old' ? 'repeat' : 'doubt'
  const isBack =
    fact.state === 'succeeded' && (refund.state === 'failed' || refund.state === 'abnormal')
  if (isBack && !(await reserveOfFact(tx, refund.factId, refund.amount))) return 'wait'
  const before = await moveRefund(tx, refund.id, EVENT_OF[fact.state], {
    ...{
      at,
      ref: fact.refund,
      why: fact.why,
      saidAt: fact.state === 'pending' ? undefined : fact.at,
    },
    askAt: fact.state === 'pending' ? nextAskAt(refund.asked, at) : undefined,
  })
  if (before === undefined) return 'repeat'
  if (isBack) await deps.payee.refunded(tx, refund, 'begun')
  if (fact.state !== 'pending')
    await moveMoney(tx, deps, refund, { wasUnderWay: isUnderWay || isBack, before }, fact.state)
  crashPoint('refund.before_commit')
  return 'done'
}

async function moveMoney(
  tx: Tx,
  deps: ApplyDeps,
  refund: Refund,
  { before, wasUnderWay }: { readonly before: RefundState; readonly wasUnderWay: boolean },
  now: 'succeeded' | 'failed' | 'abnormal',
): Promise<void> {
  const { amount, factId } = refund
  if (now === 'succeeded') {
    await moveOfFact(tx, factId, { reserved: -amount, refunded: amount })
    await deps.payee.refunded(tx, refund, 'succeeded')
  } else if (before === 'succeeded') {
    await moveOfFact(tx, factId, { reserved: 0n, refunded: -amount })
    await deps.payee.refunded(tx, refund, 'bounced')
  } else if (wasUnderWay) {
    await moveOfFact(tx, factId, { reserved: -amount, refunded: 0n })
    await deps.payee.refunded(tx, refund, 'failed')
  }
  // Money that was promised and did not arrive is for a person to see to.
  if (now !== 'succeeded')
    deps.log.error(
      { module: 'payments', refund_id: refund.id, state: now, before },
      'a refund did not arrive',
    )
  // Of what an order has given, the order tells; what was never taken for one is told to who paid it.
  const owner = refund.cause === 'sent_back' ? await payerOf(tx, factId) : undefined
  await tell(tx, deps.clock, {
    topic: 'payments.refunded',
    ...(owner !== undefined && { owner }),
    data: {
      ...{ refund_id: refund.id, fact_id: factId, state: now, cause: refund.cause },
      ...{ amount: Number(amount), currency: refund.currency },
    },
  })
}

function waiting(deps: ApplyDeps, { refund }: RefundFact, { account }: From): 'wait' {
  const { channel, name } = account
  deps.log.warn(
    { module: 'payments', channel, account: name, refund },
    'more goes back than there is room for: waiting for ours to end',
  )
  return 'wait'
}

function misfit(deps: ApplyDeps, fact: RefundFact, { account }: From, why: string): 'misfit' {
  const { channel, name } = account
  deps.log.error(
    { module: 'payments', channel, account: name, refund: fact.refund, why },
    'what is said of a refund fits nothing',
  )
  return 'misfit'
}
