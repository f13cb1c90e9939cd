import { sql } from 'kysely'
import { type Actor, writeAudit } from '#audit'
import { type Instant, rfc3339 } from '#kernel/clock'
import { inTx, type Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import {
  type Executed,
  earlierProposal,
  type Proposal,
  type ProposalKind,
  propose,
} from '#proposals'
import { findAccount, type KeptAccount } from './account-store.ts'
import { applyIn } from './apply-payment.ts'
import { applyRefundIn } from './apply-refund.ts'
import type { Attempt } from './attempt.ts'
import { findAttempt } from './attempt-store.ts'
import { findFact, findSettledFact } from './fact-store.ts'
import type { Refund } from './refund.ts'
import { findRefund, findRefundSaid } from './refund-store.ts'
import { payments } from './refusals.ts'
import type { PaymentsDeps } from './start-attempt.ts'

// Of a bank transfer no provider tells: one person of finance says what stands on the statement, and another one agrees.

const CHANNEL = 'offline'
const PAID = 'payments.offline_paid'
const REFUNDED = 'payments.offline_refunded'

interface Marking {
  /** The bank's own number of the transfer: it is one transfer, whoever marks it. */
  readonly reference: string
  readonly reason: string
  readonly actor: Actor
}
export interface PaidMarking extends Marking {
  readonly paymentId: string
  /** As it stands on the statement. */
  readonly amount: bigint
  readonly currency: string
  readonly at: Instant | undefined
}
export interface RefundMarking extends Marking {
  readonly refundId: string
  readonly outcome: 'succeeded' | 'failed'
}
type MarkNo = 'not_offline' | 'reference_used' | 'person_needed'

/** What another person has to agree to before it is a fact. The same again is the same proposal. */
export function proposePaid(
  deps: PaymentsDeps,
  want: PaidMarking,
): Promise<Outcome<Proposal, MarkNo | 'payment_unknown' | 'amount_differs'>> {
  const { paymentId, reference, amount, currency, at } = want
  const payload = { payment_id: paymentId, reference, amount: Number(amount), currency }
  const request = JSON.stringify([payload, at ?? null])
  const paid_at = rfc3339(at ?? deps.clock.now())
  return proposeOnce(
    deps,
    want,
    { kind: PAID, payload: { ...payload, paid_at }, request },
    async (tx) => {
      const attempt = await findAttempt(tx, paymentId)
      if (!attempt) return payments.no('payment_unknown')
      if (attempt.channel !== CHANNEL) return payments.no('not_offline')
      if (amount !== attempt.amount || currency !== attempt.currency)
        return payments.no('amount_differs', {
          ...{ amount: Number(attempt.amount), currency: attempt.currency },
        })
      if (await findByReference(tx, attempt.account, reference))
        return payments.no('reference_used')
      return done({ gains: attempt.owner, shown: whoseOf(attempt) })
    },
  )
}

export function proposeRefunded(
  deps: PaymentsDeps,
  want: RefundMarking,
): Promise<Outcome<Proposal, MarkNo | 'refund_unknown' | 'refund_settled'>> {
  const { refundId, reference, outcome } = want
  const payload = { refund_id: refundId, reference, outcome }
  const request = JSON.stringify(payload)
  return proposeOnce(deps, want, { kind: REFUNDED, payload, request }, async (tx) => {
    const refund = await findRefund(tx, refundId)
    if (!refund) return payments.no('refund_unknown')
    if (refund.channel !== CHANNEL) return payments.no('not_offline')
    const whyNot = await whyNotRefunded(tx, refund, reference)
    if (whyNot) return payments.no(whyNot, { state: refund.state })
    const { amount, currency } = refund
    const shown = { amount: Number(amount), currency }
    const attempt = await attemptOf(tx, refund)
    return done({ gains: attempt?.owner, shown: { ...shown, ...(attempt && whoseOf(attempt)) } })
  })
}

interface Looked {
  readonly gains: string | undefined
  /** What whoever decides has to see, though nobody had to say it. */
  readonly shown?: Facts
}

/** `look` says whom it is for, or why it cannot be. */
function proposeOnce<No extends string>(
  deps: PaymentsDeps,
  { actor, reason, reference }: Marking,
  { kind, payload, request }: Pick<Proposal, 'kind' | 'payload'> & { readonly request: string },
  look: (tx: Tx) => Promise<Outcome<Looked, No>>,
): Promise<Outcome<Proposal, No | 'reference_used' | 'person_needed'>> {
  const { payment_id, refund_id } = payload
  const asked = { actor, key: `${kind} ${payment_id ?? refund_id} ${reference}`, request }
  return inTx(deps.db, async (tx) => {
    if (actor.kind !== 'person') return payments.no('person_needed')
    const earlier = await earlierProposal(tx, deps, asked)
    if (earlier) return earlier === 'other' ? payments.no('reference_used') : done(earlier)
    const looked = await look(tx)
    if (!looked.ok) return looked
    const { gains, shown } = looked.value
    const want = { ...asked, kind, payload: { ...payload, ...shown }, reason }
    const proposal = await propose(tx, deps, { ...want, answersFor: actor.id, gains })
    return proposal === 'other' ? payments.no('reference_used') : done(proposal)
  })
}

/** What the second person's yes does, in the transaction of that yes. */
export const offlineKinds = (deps: PaymentsDeps): ProposalKind[] => [
  {
    kind: PAID,
    scope: 'payments:offline',
    execute: (tx, { payload, id }, approver) => markPaid(tx, deps, payload, id, approver),
  },
  {
    kind: REFUNDED,
    scope: 'payments:offline',
    execute: (tx, { payload, id }, approver) => markRefunded(tx, deps, payload, id, approver),
  },
]

async function markPaid(
  tx: Tx,
  deps: PaymentsDeps,
  payload: Facts,
  proposalId: string,
  approver: Actor,
): Promise<Executed> {
  const reference = String(payload['reference'])
  const attempt = await findAttempt(tx, String(payload['payment_id']))
  invariant(attempt !== undefined, 'PY1', `the payment of ${proposalId} is gone`)
  const account = await accountOf(tx, attempt)
  await lockReference(tx, reference)
  const earlier = await findByReference(tx, account.name, reference)
  if (earlier) return { ok: false, why: 'reference_used' }
  const { merchant, livemode } = account
  const fact = {
    ...({ kind: 'payment', tradeNo: attempt.tradeNo, txn: reference } as const),
    ...{ amount: attempt.amount, currency: attempt.currency, merchant, livemode },
    paidAt: Date.parse(String(payload['paid_at'])) as Instant,
  }
  const disposition = await applyIn(tx, deps, fact, { account, source: 'hand' })
  const after = { reference, amount: Number(attempt.amount), currency: attempt.currency }
  await writeAudit(tx, deps, approver, {
    action: PAID,
    target: { kind: 'payment', id: attempt.id },
    after: { ...after, disposition, proposal_id: proposalId },
    result: 'done',
  })
  return { ok: true, result: { disposition } }
}

async function markRefunded(
  tx: Tx,
  deps: PaymentsDeps,
  payload: Facts,
  proposalId: string,
  approver: Actor,
): Promise<Executed> {
  const reference = String(payload['reference'])
  const state = payload['outcome'] === 'failed' ? 'failed' : 'succeeded'
  await lockReference(tx, reference)
  const refund = await findRefund(tx, String(payload['refund_id']))
  invariant(refund !== undefined, 'PY1', `the refund of ${proposalId} is gone`)
  const account = await accountOf(tx, refund)
  const whyNot = await whyNotRefunded(tx, refund, reference)
  if (whyNot) return { ok: false, why: whyNot }
  const { refundNo, amount, currency, factId } = refund
  const payment = await findFact(tx, factId)
  const { merchant, livemode } = account
  const applied = await applyRefundIn(
    tx,
    deps,
    {
      ...{ kind: 'refund', refundNo, refund: reference, state, amount, currency },
      ...{ txn: payment?.txn, tradeNo: payment?.tradeNo, merchant, livemode, at: deps.clock.now() },
    },
    { account, source: 'hand' },
  )
  if (applied !== 'done') return { ok: false, why: applied }
  await writeAudit(tx, deps, approver, {
    action: REFUNDED,
    target: { kind: 'refund', id: refund.id },
    after: { reference, state, amount: Number(amount), currency, proposal_id: proposalId },
    result: 'done',
  })
  return { ok: true, result: { state } }
}

/** Whoever agrees to the same number of the bank at the same time queues here. */
async function lockReference(tx: Tx, reference: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`payments offline ${reference}`}, 0))
  `.execute(tx)
}

const findByReference = (tx: Tx, account: string, reference: string) =>
  findSettledFact(tx, CHANNEL, account, { txn: reference, tradeNo: undefined })

async function accountOf(
  tx: Tx,
  { channel, account }: Pick<Attempt | Refund, 'channel' | 'account'>,
): Promise<KeptAccount> {
  const found = await findAccount(tx, channel, account)
  invariant(found !== undefined, 'PY1', `the account ${channel}/${account} is gone`)
  return found
}

/** Waiting for a second person it was not sent, and settled it needs nobody's word. */
async function whyNotRefunded(
  tx: Tx,
  { id, state, account }: Refund,
  reference: string,
): Promise<'refund_settled' | 'reference_used' | undefined> {
  if (!['approved', 'submitted', 'unknown'].includes(state)) return 'refund_settled'
  const by = { refundNo: undefined, refund: reference }
  const other = await findRefundSaid(tx, CHANNEL, account, by)
  return other && other.id !== id ? 'reference_used' : undefined
}

async function attemptOf(tx: Tx, { factId }: Refund): Promise<Attempt | undefined> {
  const fact = await findFact(tx, factId)
  return fact?.attemptId === undefined ? undefined : findAttempt(tx, fact.attemptId)
}

/** Whoever decides sees whose it is and what it was for. */
const whoseOf = ({ owner, subject }: Attempt): Facts => ({ owner_id: owner, order_id: subject })
