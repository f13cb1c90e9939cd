import type { AuditDeps } from '#audit'
import { crashPoint } from '#kernel/crash-points'
import { type Database, inTx, type Tx, violatedConstraint } from '#kernel/db'
import type { Log } from '#kernel/log'
import { tell } from '#kernel/outbox'
import type { KeptAccount } from './account-store.ts'
import type { Attempt } from './attempt.ts'
import { findByTradeNo, moveAttempt } from './attempt-store.ts'
import { beginReturn } from './begin-refund.ts'
import type { PaymentFact } from './fact.ts'
import {
  insertFact,
  lockSuspended,
  type Misfit,
  type NewFact,
  type Source,
  sendBack,
  takeOutOfSuspense,
} from './fact-store.ts'
import { saveInstrument } from './instrument-store.ts'
import { MINOR_MAX } from './limits.ts'
import type { Payee } from './payee.ts'
import { OWN_REASON } from './refund.ts'

export interface ApplyDeps extends AuditDeps {
  readonly db: Database
  readonly log: Log
  readonly payee: Payee
}

/** From where a fact came: whose word it is, and by which way. */
export interface From {
  readonly account: KeptAccount
  readonly source: Source
  readonly eventId?: string
  /** Asked for because two words contradicted each other: this is how it stands now. */
  readonly asked?: true
}

export type Applied = 'kept' | 'sent_back' | 'suspense' | 'repeat'

export const KEPT_ONCE = 'PY1 one transaction moves value once'

/**
 * The door through which money becomes ours: by push, by answer, by bill or by hand, however often. The fact, what is
 * given for it and what is told of it are one transaction.
 */
export async function applyPayment(
  deps: ApplyDeps,
  fact: PaymentFact,
  from: From,
): Promise<Applied> {
  try {
    return await inTx(deps.db, (tx) => applyIn(tx, deps, fact, from))
  } catch (error) {
    // The same transaction was told at the same time with another number: the second look finds it.
    if (violatedConstraint(error) !== KEPT_ONCE) throw error
    return inTx(deps.db, (tx) => applyIn(tx, deps, fact, from, 'contradicts'))
  }
}

/** In the transaction of whoever says it by hand. */
export async function applyIn(
  tx: Tx,
  deps: ApplyDeps,
  said: PaymentFact,
  { account, source, eventId }: From,
  known?: Misfit,
): Promise<Applied> {
  const { channel, name } = account
  // More than a column holds is no amount.
  const fact = (said.amount ?? 0n) > MINOR_MAX ? { ...said, amount: undefined } : said
  const attempt =
    fact.tradeNo === undefined ? undefined : await findByTradeNo(tx, channel, name, fact.tradeNo)
  const misfit = known ?? misfitOf(fact, attempt, account)
  // Of several messages about one payment not each says what was saved.
  if (!misfit && attempt && fact.instrument) await save(tx, deps, attempt, fact.instrument)
  const row: NewFact = {
    ...{ id: deps.newId('fct'), channel, account: name, fact, source, eventId },
    payer: fact.payer,
    attemptId: attempt?.id,
    disposition: misfit ? 'suspense' : 'kept',
    ...{ why: misfit, at: deps.clock.now() },
  }
  if (!(await insertFact(tx, row))) return misfit ? 'repeat' : judgeAgain(tx, deps, row, attempt)
  crashPoint('payment.fact_inserted')
  if (misfit || !attempt) return suspend(tx, deps, row, misfit ?? 'order_unknown')
  return settle(tx, deps, row, attempt)
}

const save = (tx: Tx, deps: ApplyDeps, attempt: Attempt, instrument: SavedInstrument) =>
  saveInstrument(
    tx,
    {
      ...{ id: deps.newId('ins'), channel: attempt.channel, account: attempt.account },
      ...{ owner: attempt.owner, currency: attempt.currency, livemode: attempt.livemode },
      ...instrument,
    },
    deps.clock.now(),
  )
type SavedInstrument = NonNullable<PaymentFact['instrument']>

/** The same words again: settled before, or in suspense for what has been repaired since. */
async function judgeAgain(
  tx: Tx,
  deps: ApplyDeps,
  row: NewFact,
  attempt: Attempt | undefined,
): Promise<Applied> {
  const id = attempt && (await lockSuspended(tx, row))
  if (!attempt || id === undefined) return 'repeat'
  await takeOutOfSuspense(tx, id, attempt.id)
  return settle(tx, deps, { ...row, id }, attempt)
}

/** Pure: what keeps a fact from being what an attempt waits for. */
export function misfitOf(
  fact: PaymentFact,
  attempt: Pick<Attempt, 'amount' | 'currency' | 'livemode'> | undefined,
  account: Pick<KeptAccount, 'merchant' | 'livemode'>,
): Misfit | undefined {
  if (fact.merchant !== account.merchant) return 'merchant_other'
  if (fact.livemode !== account.livemode) return 'mode_other'
  if (!attempt) return 'order_unknown'
  if (attempt.livemode !== fact.livemode) return 'mode_other'
  if (fact.amount === undefined) return 'amount_unreadable'
  if (fact.currency !== attempt.currency) return 'currency_other'
  return fact.amount === attempt.amount ? undefined : 'amount_other'
}

async function settle(
  tx: Tx,
  deps: ApplyDeps,
  { id, fact, channel, account }: NewFact,
  attempt: Attempt,
): Promise<Applied> {
  const paid = { ...fact, amount: attempt.amount }
  const disposition = await deps.payee.paid(tx, { factId: id, attempt, fact: paid })
  await moveAttempt(tx, attempt.id, 'succeed', { at: deps.clock.now(), askAt: undefined })
  await tell(tx, deps.clock, {
    topic: 'payments.paid',
    owner: attempt.owner,
    data: {
      ...{ payment_id: attempt.id, fact_id: id, subject: attempt.subject, channel, account },
      ...{ amount: Number(attempt.amount), currency: attempt.currency, disposition },
    },
  })
  if (disposition === 'sent_back') {
    await sendBack(tx, id)
    const { amount, currency } = attempt
    const reason = OWN_REASON.twiceOrLate
    await beginReturn(
      tx,
      deps,
      { id, channel, account, currency },
      { amount, reason, askedBy: 'payments' },
    )
  }
  crashPoint('payment.before_commit')
  return disposition
}

async function suspend(tx: Tx, deps: ApplyDeps, row: NewFact, why: Misfit): Promise<Applied> {
  const { id, channel, account } = row
  // Somebody's money lies with us and belongs to nothing: a person has to look.
  deps.log.error(
    { module: 'payments', channel, account, fact_id: id, why },
    'a payment fits nothing',
  )
  await tell(tx, deps.clock, {
    topic: 'payments.fact_suspended',
    data: { fact_id: id, channel, account, why },
  })
  return 'suspense'
}
