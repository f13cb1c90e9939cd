import type { Instant } from '#kernel/clock'
import { inTx, type Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { tell } from '#kernel/outbox'
import type { KeptAccount } from './account-store.ts'
import type { ApplyDeps, From } from './apply-payment.ts'
import { findAttempt } from './attempt-store.ts'
import { findDispute, type KeptDispute, moveDispute, openDispute } from './dispute-store.ts'
import type { DisputeFact } from './fact.ts'
import { findFact, findSettledFact } from './fact-store.ts'
import { endInstruments } from './instrument-store.ts'

type Applied = 'done' | 'repeat' | 'wait' | 'misfit'

/** What is disputed is held; lost, it is taken; won, it is given back. Each once, in whatever order it is told. */
export function applyDispute(
  deps: ApplyDeps,
  fact: DisputeFact,
  { account }: From,
): Promise<Applied> {
  if (fact.merchant !== account.merchant || fact.livemode !== account.livemode)
    return Promise.resolve(misfit(deps, fact, account, 'merchant_other'))
  return inTx(deps.db, (tx) => applyIn(tx, deps, fact, account))
}

async function applyIn(
  tx: Tx,
  deps: ApplyDeps,
  fact: DisputeFact,
  account: KeptAccount,
): Promise<Applied> {
  const { channel, name } = account
  const payment = await findSettledFact(tx, channel, name, { txn: fact.txn, tradeNo: undefined })
  if (!payment) return 'wait'
  await deps.payee.lock(tx, payment.id)
  // No more than came in, for a bank may add its own fee; and all of it, where it counts in its own currency.
  const said = fact.currency === payment.currency ? fact.amount : undefined
  const amount = min(said ?? payment.amount ?? 0n, payment.amount)
  if (amount < 1n) return misfit(deps, fact, account, 'amount_unreadable')
  const row = {
    ...{ id: deps.newId('dsp'), channel, account: name, ref: fact.dispute, amount },
    ...{ factId: payment.id, currency: payment.currency, at: deps.clock.now() },
    saidAt: fact.at,
  }
  const isNew = await openDispute(tx, row)
  const dispute = isNew ? row : await findDispute(tx, channel, name, fact.dispute)
  invariant(dispute !== undefined, 'PY1', `the dispute ${fact.dispute} is gone`)
  if (isNew) await act(tx, deps, dispute, 'opened')
  if (fact.state === 'opened') return isNew ? 'done' : 'repeat'
  return end(tx, deps, dispute, { state: fact.state, saidAt: fact.at })
}

function misfit(
  deps: ApplyDeps,
  { dispute }: DisputeFact,
  { channel, name }: KeptAccount,
  why: string,
): 'misfit' {
  const at = { channel, account: name, dispute, why }
  deps.log.error({ module: 'payments', ...at }, 'what is said of a dispute fits nothing')
  return 'misfit'
}

async function end(
  tx: Tx,
  deps: ApplyDeps,
  dispute: KeptDispute,
  { state, saidAt }: { readonly state: 'won' | 'lost'; readonly saidAt: Instant },
): Promise<'done' | 'repeat'> {
  const before = await moveDispute(tx, dispute.id, state, { at: deps.clock.now(), saidAt })
  if (before === undefined) return 'repeat'
  if (before === 'won') await act(tx, deps, dispute, 'opened')
  await act(tx, deps, dispute, before === 'lost' ? 'reversed' : state)
  return 'done'
}

async function act(
  tx: Tx,
  deps: ApplyDeps,
  dispute: KeptDispute,
  how: 'opened' | 'won' | 'lost' | 'reversed',
): Promise<void> {
  await deps.payee.disputed(tx, dispute, how)
  if (how === 'opened') await endWhatWasSaved(tx, deps, dispute)
  await tell(tx, deps.clock, {
    topic: 'payments.disputed',
    data: { dispute_id: dispute.id, fact_id: dispute.factId, how, amount: Number(dispute.amount) },
  })
}

/** Who disputes a payment is not charged again with what they saved. */
async function endWhatWasSaved(
  tx: Tx,
  { clock }: ApplyDeps,
  { factId }: KeptDispute,
): Promise<void> {
  const fact = await findFact(tx, factId)
  const attempt = fact?.attemptId && (await findAttempt(tx, fact.attemptId))
  if (attempt) await endInstruments(tx, attempt, clock.now())
}

const min = (a: bigint, b: bigint | undefined): bigint => (b === undefined || a < b ? a : b)
